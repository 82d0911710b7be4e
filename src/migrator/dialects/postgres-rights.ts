import type { QueryRunner } from 'typeorm';
import { dialectNamed } from '../../dialect/dialect.js';
import { messageOf } from '../../errors.js';
import { PrivilegeMissingError } from '../../errors/migration.js';
import { postgresLiteral } from '../../schema/postgres-sql.js';
import { readRows } from '../records/read-rows.js';
import { quoteName, type RecordTables, type TableName } from '../records/tables.js';

const INSUFFICIENT_PRIVILEGE = '42501';

/** What migrating does with its tables. */
const NEEDED: readonly (readonly [
  table: keyof Pick<RecordTables, 'migrations' | 'runs' | 'attempts'>,
  right: string,
])[] = [
  ['migrations', 'SELECT'],
  ['migrations', 'INSERT'],
  ['migrations', 'DELETE'],
  ['runs', 'SELECT'],
  ['runs', 'INSERT'],
  ['runs', 'UPDATE'],
  ['attempts', 'SELECT'],
  ['attempts', 'INSERT'],
];

const ROLE = 'pg_catalog.quote_ident(current_user)';

/**
 * Makes sure that the role may keep the records, before anything is changed.
 *
 * @throws PrivilegeMissingError with the statement that gives what is missing
 */
export async function assertRights(queryRunner: QueryRunner, tables: RecordTables): Promise<void> {
  const wanted = NEEDED.map(
    ([table, right]) => `(${postgresLiteral(tables[table].sql)}, ${postgresLiteral(right)})`,
  );
  const sequence = `pg_catalog.pg_get_serial_sequence(${postgresLiteral(tables.migrations.sql)}, 'id')`;
  const rows = (await readRows(
    queryRunner,
    `SELECT w.name, w.privilege, ${ROLE} AS role FROM (VALUES ${wanted.join(', ')}) AS w(name, privilege)
      WHERE NOT pg_catalog.has_table_privilege(pg_catalog.to_regclass(w.name), w.privilege)
      UNION ALL SELECT ${sequence}, 'USAGE', ${ROLE} WHERE NOT pg_catalog.has_sequence_privilege(${sequence}, 'USAGE')`,
  )) as unknown as readonly { readonly name: string; readonly privilege: string; readonly role: string }[];
  const [first] = rows;
  if (!first) return;
  const same = rows.filter(({ name }) => name === first.name).map(({ privilege }) => privilege);
  const kind = same.includes('USAGE') ? 'SEQUENCE' : 'TABLE';
  throw new PrivilegeMissingError(
    `The role ${first.role} lacks ${same.join(', ')} on the ${kind.toLowerCase()} ${first.name}.`,
    rows.map(({ name, privilege }) => grant(privilege, name, first.role)).join(' '),
    undefined,
  );
}

/** @throws PrivilegeMissingError always: the list is there and may not be read */
export async function denyReading(queryRunner: QueryRunner, { sql }: TableName): Promise<never> {
  const role = await roleOf(queryRunner);
  throw new PrivilegeMissingError(
    `The role ${role} may not read the table ${sql}.`,
    grant('SELECT', sql, role),
    undefined,
  );
}

/** The right to create the tables, if it is that which an error says is missing. */
export async function missingPrivilege(
  error: unknown,
  queryRunner: QueryRunner,
): Promise<PrivilegeMissingError | undefined> {
  if ((error as { readonly code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) return undefined;
  const role = await roleOf(queryRunner);
  const [, named] = /permission denied for schema "?([^"]+)"?/.exec(messageOf(error)) ?? [];
  const schema = quoteName(named ?? dialectNamed('postgres').defaultSchema(queryRunner.connection));
  return new PrivilegeMissingError(
    `The role ${role} may not create tables in the schema ${schema}.`,
    `GRANT CREATE, USAGE ON SCHEMA ${schema} TO ${role};`,
    error,
  );
}

function grant(privilege: string, name: string, role: string): string {
  return `GRANT ${privilege} ON ${privilege === 'USAGE' ? 'SEQUENCE' : 'TABLE'} ${name} TO ${role};`;
}

async function roleOf(queryRunner: QueryRunner): Promise<string> {
  const [row] = (await readRows(queryRunner, `SELECT ${ROLE} AS role`)) as readonly {
    readonly role?: string;
  }[];
  return row?.role ?? '';
}
