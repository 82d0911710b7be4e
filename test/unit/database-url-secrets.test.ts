import { inspect } from 'node:util';
import { expect } from 'chai';
import { parseDatabaseUrl } from '../../src/database-url.js';
import { SettingsError } from '../../src/errors/base.js';

/** Words of letters and digits in it are what must not be seen, each of them. */
const PASSWORDS: readonly string[] = [
  'Tango',
  '91919',
  'Tango@Sierra',
  'Tango:Sierra',
  'Tango/Sierra',
  'Tango?Sierra',
  'Tango#Sierra',
  'Tango:91919',
  'Tango@Sierra:91919',
  'Tango%Sierra',
  'Tango%40Sierra',
  'Tango%E0%A4Sierra',
  'Tango Sierra',
  'Tango\\Sierra',
  'Tango[Sierra]',
  'Tango"Sierra"',
  'Tango&sslmode=Sierra',
  'Tango/Sierra@Romeo',
  'Tango/Sierra:91919',
  'Tango?host=Sierra',
  '$&Tango$1',
  '91919/Sierra',
  '91919#Sierra',
  '91919?Sierra',
  '1234/x?Sierra',
  '1234/x?sslmode=Sierra',
  '1234/x?sslrootcert=Sierra',
  '/x?Sierra',
  'Tango@Sierra/Romeo?Yankee',
  'Tango@Sierra/Romeo#Yankee',
  'Tango@Sierra:91919/Romeo',
];

/** Ways to write, and to mistype, a URL around a password. */
const SHAPES: readonly (readonly [title: string, url: (password: string) => string])[] = [
  ['as it is', (password) => `postgres://ann:${password}@db.example:5433/orders`],
  ['percent-encoded', (password) => `postgres://ann:${encodeURIComponent(password)}@db.example:5433/orders`],
  ['without a port', (password) => `postgres://ann:${password}@db.example/orders`],
  ['without a user', (password) => `postgres://:${password}@db.example/orders`],
  ['without a database', (password) => `postgres://ann:${password}@db.example:5433`],
  ['without a host', (password) => `postgres://ann:${password}@/orders`],
  ['with a bad port', (password) => `postgres://ann:${password}@db.example:fivethousand/orders`],
  ['with a port out of range', (password) => `postgres://ann:${password}@db.example:70001/orders`],
  ['with an unknown parameter', (password) => `postgres://ann:${password}@db.example/orders?sslmod=require`],
  ['with a refused TLS mode', (password) => `postgres://ann:${password}@db.example/orders?sslmode=prefer`],
  ['with a missing file', (password) => `postgres://ann:${password}@db.example/orders?sslrootcert=/nowhere`],
  ['with a second @', (password) => `postgres://ann:${password}@@db.example/orders`],
  ['without a scheme', (password) => `ann:${password}@db.example:5433/orders`],
  ['with one slash', (password) => `postgres:/ann:${password}@db.example/orders`],
  ['of an unknown scheme', (password) => `mysql://ann:${password}@db.example/orders`],
  ['of SQLite', (password) => `sqlite://ann:${password}@db.example/orders`],
  ['as a parameter', (password) => `postgres://ann@db.example/orders?password=${password}`],
  ['in quotes', (password) => `"postgres://ann:${password}@db.example/orders"`],
];

/** Everything of a parsed URL, or of the refusal of one, that may be printed. */
function printed(url: string): string {
  try {
    return parseDatabaseUrl('DATABASE_URL', url).shown;
  } catch (error) {
    expect(error).to.be.instanceOf(SettingsError);
    return `${inspect(error)} ${String(error)} ${JSON.stringify(error)} ${inspect((error as Error).cause)}`;
  }
}

function wordsOf(password: string): readonly string[] {
  return password
    .split(/%[0-9A-F]{2}|[^A-Za-z0-9]+|sslmode|sslrootcert|host|1234/)
    .filter((word) => word.length > 1);
}

describe('A password in a database URL', () => {
  for (const [title, urlWith] of SHAPES) {
    it(`A password is never shown, in whole or in part, in a URL ${title}`, () => {
      const leaks = PASSWORDS.flatMap((password) => {
        const text = printed(urlWith(password));
        return wordsOf(password)
          .filter((word) => text.includes(word))
          .map((word) => `${word} of ${password}: ${text}`);
      });
      expect(leaks).to.deep.equal([]);
    });
  }

  it('Three stars replace the password where the URL is shown', () => {
    expect(parseDatabaseUrl('DATABASE_URL', 'postgres://ann:secret@db.example/orders').shown).to.equal(
      'postgres://ann:***@db.example/orders',
    );
  });

  it('A parser that printed the URL would show the password, so the test can find it', () => {
    expect(wordsOf('Tango&sslmode=Sierra')).to.deep.equal(['Tango', 'Sierra']);
    expect(wordsOf('Tango%40Sierra')).to.deep.equal(['Tango', 'Sierra']);
    expect(wordsOf('Tango@Sierra:91919')).to.deep.equal(['Tango', 'Sierra', '91919']);
  });
});
