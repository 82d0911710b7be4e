import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import type { PostgresTarget } from '../../src/database-url.js';
import { ExtensionMissingError } from '../../src/errors/extension.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { onDatabase, onServer } from '../support/databases.js';
import { failureOf, onTarget, only, withClient } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const FIRST = revision('MakeTags1800000000741', ['CREATE TABLE tags (id integer)'], ['DROP TABLE tags']);
const SECOND = revision(
  'InstallHstore1800000000742',
  ['-- tags as pairs\nCREATE EXTENSION IF NOT EXISTS "hstore"', 'ALTER TABLE tags ADD COLUMN pairs hstore'],
  ['ALTER TABLE tags DROP COLUMN pairs'],
);
const UNKNOWN = revision('InstallNothing1800000000743', ['CREATE EXTENSION "no-such"'], []);

onDatabase('postgres', 'A revision that installs an extension (PostgreSQL)', (database) => {
  let role: string;
  const admin = (...statements: readonly string[]) =>
    withClient(database().target, async (client) => {
      for (const sql of statements) await client.query(sql);
    });
  const target = (): PostgresTarget => ({
    ...(database().target as PostgresTarget),
    user: role,
    password: 'extension',
  });
  const up = (on: PostgresTarget, ...migrations: readonly (typeof FIRST)[]) =>
    onTarget(on, { contents: only(...migrations) }, (dataSource) => migrateUp(dataSource));
  const address = () => {
    const { host, port, database: name } = target();
    return `postgres://${host}:${port}/${name}`;
  };

  beforeEach(async () => {
    role = `extension_${randomBytes(4).toString('hex')}`;
    await admin(`CREATE ROLE ${role} LOGIN PASSWORD 'extension'`, `GRANT ALL ON SCHEMA public TO ${role}`);
  });
  afterEach(() => onServer(`DROP ROLE ${role}`));

  it('A role that may not create an extension reads what the owner has to run, and goes on afterwards', async () => {
    const error = await failureOf(up(target(), FIRST, SECOND));
    if (!(error instanceof ExtensionMissingError)) throw error;
    const { message, code, refused, report } = error;
    expect({ code, refused }).to.deep.equal({
      code: 'EXTENSION_MISSING',
      refused: { extension: 'hstore', reason: 'privilege' },
    });
    expect(message).to.equal(
      'InstallHstore1800000000742: up failed: the role may not create the extension "hstore" ' +
        '(permission denied to create extension "hstore". Must have CREATE privilege on current database to create this extension). ' +
        'The transaction of the revision was rolled back. ' +
        `Ask the owner of the database, or a superuser, to run in ${address()}: CREATE EXTENSION "hstore"; Then run the command again.`,
    );
    expect(report?.done.map(({ id }) => id)).to.deep.equal([FIRST.name]);
    await admin('CREATE EXTENSION "hstore"');
    const { done } = await up(target(), FIRST, SECOND);
    expect(done.map(({ id }) => id)).to.deep.equal([SECOND.name]);
  });

  it('A server that does not have an extension is named with what to install there', async () => {
    const error = await failureOf(up(database().target as PostgresTarget, UNKNOWN));
    expect(error.message.replace(/\(.*\)/s, '(...)')).to.equal(
      `InstallNothing1800000000743: up failed: the server of ${address()} does not have the extension "no-such" (...). ` +
        'The transaction of the revision was rolled back. Install the package that contains it on the server, then run the command again.',
    );
  });
});
