import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { PostgresTarget } from '../../src/database-url.js';
import { shownOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { forwardDecrypted, startProxy, type Proxy } from '../support/proxy.js';
import { runScript } from '../support/run-script.js';
import { urlOf } from '../support/servers.js';

/** A key and its certificate, PEM. */
interface Pair {
  readonly key: string;
  readonly cert: string;
}

/** How a client asks, what the server at `localhost` shows, and what comes of it: undefined is success. */
interface Case {
  readonly title: string;
  readonly parameters: string;
  readonly server: 'selfSigned' | 'forLocalhost' | 'forElsewhere';
  readonly asksForClient?: boolean;
  readonly failure?: RegExp;
}

const CASES: readonly Case[] = [
  {
    title: 'require accepts a self-signed certificate',
    parameters: 'sslmode=require',
    server: 'selfSigned',
  },
  {
    title: 'require with an authority demands a certificate of that authority',
    parameters: 'sslmode=require&sslrootcert=FOLDER/authority.pem',
    server: 'selfSigned',
    failure: /self[- ]signed certificate/,
  },
  {
    title: 'verify-full passes with the right authority and the right host',
    parameters: 'sslmode=verify-full&sslrootcert=FOLDER/authority.pem',
    server: 'forLocalhost',
  },
  {
    title: 'verify-full refuses a certificate of another host',
    parameters: 'sslmode=verify-full&sslrootcert=FOLDER/authority.pem',
    server: 'forElsewhere',
    failure: /does not match certificate's altnames: Host: localhost\./,
  },
  {
    title: 'verify-full without an authority trusts only those that the machine trusts',
    parameters: 'sslmode=verify-full',
    server: 'forLocalhost',
    failure: /unable to verify the first certificate|unable to get local issuer certificate/,
  },
  {
    title: 'verify-ca passes with the right authority, whatever the host',
    parameters: 'sslmode=verify-ca&sslrootcert=FOLDER/authority.pem',
    server: 'forElsewhere',
  },
  {
    title: 'verify-ca refuses a certificate of another authority',
    parameters: 'sslmode=verify-ca&sslrootcert=FOLDER/other-authority.pem',
    server: 'forLocalhost',
    failure: /unable to verify the first certificate|unable to get local issuer certificate/,
  },
  {
    title: 'a client certificate is shown to a server that asks for one',
    parameters: 'sslmode=require&sslcert=FOLDER/client.pem&sslkey=FOLDER/client.key',
    server: 'forLocalhost',
    asksForClient: true,
  },
  {
    title: 'a server that requires a client certificate refuses a client without one',
    parameters: 'sslmode=require',
    server: 'forLocalhost',
    asksForClient: true,
    failure: /certificate required|connection reset/,
  },
  {
    title: 'disable stays in plain text, which a server with TLS only refuses',
    parameters: 'sslmode=disable',
    server: 'forLocalhost',
    failure: /connection requires TLS, no encryption was asked for/,
  },
];

onDatabase('postgres', 'TLS parameters in DATABASE_URL', (database) => {
  let folder: string;
  let authority: Pair;
  let servers: Record<Case['server'], Pair>;
  let front: Proxy | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-tls-'));
    authority = await makeAuthority('authority of the tests');
    const client = await certify('client', authority);
    servers = {
      selfSigned: await certify('localhost'),
      forLocalhost: await certify('localhost', authority),
      forElsewhere: await certify('elsewhere.example', authority),
    };
    await writeFile(join(folder, 'authority.pem'), authority.cert);
    await writeFile(join(folder, 'other-authority.pem'), (await makeAuthority('another authority')).cert);
    await writeFile(join(folder, 'client.pem'), client.cert);
    await writeFile(join(folder, 'client.key'), client.key, { mode: 0o600 });
  });
  afterEach(() => front?.close());
  after(() => rm(folder, { recursive: true, force: true }));

  for (const { title, parameters, server, asksForClient, failure } of CASES) {
    it(title, async () => {
      const target = database().target as PostgresTarget;
      const identity = { ...servers[server], ...(asksForClient ? { ca: authority.cert } : {}) };
      front = await startProxy((socket) => forwardDecrypted(socket, target, identity));
      const url = urlOf({ ...target, host: 'localhost', port: front.port });
      const DATABASE_URL = `${url}?${parameters.replaceAll('FOLDER', folder)}`;

      const { code, stdout, stderr } = await runScript('init-database', ['--wait', '1'], {
        env: { DATABASE_URL },
      });

      const shown = shownOf(url);
      expect(front.connections).to.be.at.least(1);
      expect(stdout.split('\n')[0]).to.equal(`development database ${shown}`);
      expect(stdout + stderr).to.not.include(target.password);
      if (failure) {
        expect(code).to.equal(1);
        expect(stderr)
          .to.match(/^error: .*\n$/)
          .and.include(`Cannot connect to ${shown}: `)
          .and.match(failure);
      } else expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    });
  }
});

function makeAuthority(name: string): Promise<Pair> {
  return pairOf(name, {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
}

/** A certificate for a host name, of that authority, or of its own. */
function certify(host: string, authority?: Pair): Promise<Pair> {
  return pairOf(host, authority ? { ca: authority } : {});
}

async function pairOf(name: string, options: Parameters<typeof generate>[1]): Promise<Pair> {
  const attributes = [{ name: 'commonName', value: name }];
  const { private: key, cert } = await generate(attributes, {
    keyType: 'ec',
    algorithm: 'sha256',
    ...options,
  });
  return { key, cert };
}
