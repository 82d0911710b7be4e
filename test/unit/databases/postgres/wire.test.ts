import { expect } from 'chai';
import { EventEmitter } from 'node:events';
import type { Notice } from '../../../../src/databases/session.js';
import { postgresWire } from '../../../../src/databases/postgres/wire.js';

/** Messages as node-postgres gives them: the word is in the server's language. */
const SENT = [
  { severity: 'WARNING', code: '01000', heard: 'warning' },
  { severity: 'WARNING', code: '25P01', heard: 'warning' },
  { severity: 'WARNUNG', code: '01000', heard: 'warning' },
  { severity: 'NOTICE', code: '00000', heard: 'notice' },
  { severity: 'NOTICE', code: '01000', heard: 'notice' },
  { severity: 'HINWEIS', code: '42P07', heard: 'notice' },
  { severity: 'INFO', code: '00000', heard: 'notice' },
  { severity: 'DEBUG', code: '00000', heard: undefined },
  { severity: 'LOG', code: '00000', heard: undefined },
] as const;

describe('onNotice', () => {
  for (const { severity, code, heard } of SENT)
    it(`onNotice reports ${severity} with the code ${code} as ${heard ?? 'nothing'}`, () => {
      const client = new EventEmitter();
      const notices: Notice[] = [];
      const stop = postgresWire.onNotice(client, (notice) => notices.push(notice));
      client.emit('notice', { severity, code, message: 'three rows' });
      stop();
      client.emit('notice', { severity, code, message: 'four rows' });
      expect(notices).to.deep.equal(heard ? [{ severity: heard, message: 'three rows' }] : []);
    });
});
