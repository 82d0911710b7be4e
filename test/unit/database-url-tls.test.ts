import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseDatabaseUrl, type TlsOptions } from '../../src/database-url.js';
import { SettingsError } from '../../src/errors/base.js';
import { thrownBy } from './support/thrown-by.js';

const FILES = {
  sslrootcert: 'text of the authority',
  sslcert: 'text of the certificate',
  sslkey: 'text of the key',
};

function tlsOf(parameters: string): false | TlsOptions {
  const target = parseDatabaseUrl('DATABASE_URL', `postgres://db.example/orders?${parameters}`);
  if (target.dialect !== 'postgres') throw new Error('not a PostgreSQL target');
  return target.ssl;
}

/** Node asks this function whether the certificate is of the host; undefined is yes. */
function acceptsAnyName({ checkServerIdentity }: TlsOptions): boolean {
  const answer: unknown = checkServerIdentity ? (checkServerIdentity as () => unknown)() : 'asks Node';
  return answer === undefined;
}

describe('TLS in a PostgreSQL URL', () => {
  let folder = '';
  const parameter = (name: keyof typeof FILES) => `${name}=${encodeURIComponent(join(folder, name))}`;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-tls-'));
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
  });
  after(() => rm(folder, { recursive: true }));

  it('TLS is off unless the URL requests it', () => {
    expect(tlsOf('')).to.equal(false);
    expect(tlsOf('sslmode=disable')).to.equal(false);
    expect(tlsOf(`sslmode=disable&${parameter('sslrootcert')}`)).to.equal(false);
  });

  it('The TLS options are frozen with the target', () => {
    expect(tlsOf('sslmode=require')).to.be.frozen;
  });

  it('sslmode=require encrypts and trusts any server', () => {
    expect(tlsOf('sslmode=require')).to.deep.equal({ rejectUnauthorized: false });
  });

  it('sslmode=require with an authority verifies the certificate, as libpq does', () => {
    const tls = tlsOf(`sslmode=require&${parameter('sslrootcert')}`) as TlsOptions;
    expect(tls.ca).to.equal(FILES.sslrootcert);
    expect(tls.rejectUnauthorized).not.to.equal(false);
    expect(acceptsAnyName(tls)).to.equal(true);
  });

  it('sslmode=verify-ca verifies the certificate and not the name of the host', () => {
    const tls = tlsOf(`sslmode=verify-ca&${parameter('sslrootcert')}`) as TlsOptions;
    expect(tls.ca).to.equal(FILES.sslrootcert);
    expect(tls.rejectUnauthorized).not.to.equal(false);
    expect(acceptsAnyName(tls)).to.equal(true);
  });

  it('sslmode=verify-full keeps every check of Node', () => {
    expect(tlsOf('sslmode=verify-full')).to.deep.equal({});
    expect(tlsOf(`sslmode=verify-full&${parameter('sslrootcert')}`)).to.deep.equal({ ca: FILES.sslrootcert });
  });

  it('parseDatabaseUrl reads the files of a client certificate', () => {
    const parameters = `sslmode=verify-full&${parameter('sslcert')}&${parameter('sslkey')}`;
    expect(tlsOf(parameters)).to.deep.equal({ cert: FILES.sslcert, key: FILES.sslkey });
  });

  it('parseDatabaseUrl refuses a client certificate without its key, and a key without its certificate', () => {
    for (const half of ['sslcert', 'sslkey'] as const) {
      expect(thrownBy(SettingsError, () => tlsOf(parameter(half))).problem).to.equal(
        'sslcert and sslkey require each other; one of them is missing',
      );
    }
  });

  const refused: readonly (readonly [parameters: string, problem: string])[] = [
    ...['prefer', 'allow', 'no-verify', 'REQUIRE', ''].map((mode): [string, string] => [
      `sslmode=${mode}`,
      `sslmode "${mode}" is not supported; choose one of disable, require, verify-ca, verify-full`,
    ]),
    ['sslmode=verify-ca', 'sslmode=verify-ca requires sslrootcert, the file of the authority'],
    ['sslrootcert=/nowhere/ca.pem', 'sslrootcert: cannot read the file "/nowhere/ca.pem"'],
    ['sslcert=/nowhere/own.pem', 'sslcert: cannot read the file "/nowhere/own.pem"'],
    ['sslkey=/nowhere/own.key', 'sslkey: cannot read the file "/nowhere/own.key"'],
  ];
  for (const [parameters, problem] of refused) {
    it(`parseDatabaseUrl refuses ${parameters}: ${problem}`, () => {
      expect(thrownBy(SettingsError, () => tlsOf(parameters)).problem).to.equal(problem);
    });
  }
});
