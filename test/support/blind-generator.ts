// Generates a revision that rebuilds a table of SQLite whose check no entity declares any more, and prints how that
// ended. A test bundles it twice: as it is, and with a lexer that cannot see checks.
import { DataSource, EntitySchema, EntitySchemaOptions } from 'typeorm';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import { isOwnError } from '../../src/errors/base.js';
import { generateRevisions } from '../../src/generate/generate-revisions.js';
import { revision } from './revisions.js';

const account = new EntitySchema(
  Object.assign(new EntitySchemaOptions(), {
    name: 'ac',
    tableName: 'ac',
    columns: {
      id: { type: 'integer', primary: true },
      email: { type: 'varchar', nullable: true },
    },
  }),
);

const createAccount = revision(
  'CreateAccount1795690000000',
  [
    'CREATE TABLE "ac" ("id" integer PRIMARY KEY NOT NULL, "email" varchar NOT NULL, CONSTRAINT "CHK_00aa11bb22cc33dd44ee55ff66" CHECK ("id" > 0))',
  ],
  ['DROP TABLE "ac"'],
);

const dataSource = new DataSource({
  type: chooseSqliteDriver().type,
  database: ':memory:',
  entities: [account],
  migrations: [createAccount],
});

try {
  const { revisions } = await generateRevisions(dataSource, {
    folder: process.argv[2] ?? '',
    name: 'Change',
    now: 1_795_700_000_000,
    write: false,
  });
  process.stdout.write(revisions[0]?.sqlite.up.join('\n') ?? '');
} catch (error) {
  process.stdout.write(isOwnError(error) ? `${error.code}\n${error.message}` : String(error));
}
