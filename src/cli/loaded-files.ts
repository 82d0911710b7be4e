import { Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';

/** The files of JavaScript that this process has loaded so far, in full, as V8 knows them. */
export function loadedFiles(): ReadonlySet<string> {
  const files = new Set<string>();
  const session = new Session();
  session.connect();
  session.on('Debugger.scriptParsed', ({ params: { url } }) => {
    if (url.startsWith('file:')) files.add(fileURLToPath(url.replace(/[?#].*$/, '')));
  });
  session.post('Debugger.enable');
  session.disconnect();
  return files;
}
