import { Console } from 'node:console';
import { Writable } from 'node:stream';

/** What `console.error` writes. */
export function printed(value: unknown): string {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  new Console(stream).error(value);
  return text;
}
