import { connect } from 'node:net';
import type { PostgresTarget } from '../../src/database-url.js';
import { startProxy, type Proxy } from './proxy.js';

/**
 * Passes connections on to a server without the startup parameter `options`, as PgBouncer does with
 * `ignore_startup_parameters = options`. A value of blanks sets nothing.
 */
export function startForgetfulProxy(server: PostgresTarget): Promise<Proxy> {
  return startProxy((socket) => {
    socket.once('data', (message: Buffer) => {
      const words = message.toString('latin1');
      const forgotten = words.replace(
        /(\0options\0)([^\0]*)/,
        (_all, name: string, value: string) => name + ' '.repeat(value.length),
      );
      const upstream = connect(server.port, server.host);
      upstream.on('error', () => socket.destroy()).pipe(socket);
      socket.on('error', () => upstream.destroy());
      upstream.write(Buffer.from(forgotten, 'latin1'));
      socket.pipe(upstream);
    });
  });
}
