import type { QueryRunner } from 'typeorm';
import type { ForeignKeyModel, TableModel } from '../../../schema/model.js';
import { type Locator, type RowDialect } from './dialects.js';
import { readKeys } from './keys.js';
import { isOptional, nullableColumns } from './order.js';
import { quoteIdentifier } from '../../../sql/quote.js';

/** What rows are linked with. */
interface Work {
  readonly queryRunner: QueryRunner;
  readonly dialect: RowDialect;
}

/**
 * Points foreign keys that had to wait for their parent (the table itself, or one in a circle) at a row of it, in all
 * rows but the last, which keeps NULL. A row that nothing lets point anywhere keeps NULL as well.
 */
export async function linkRows(work: Work, tables: readonly TableModel[]): Promise<void> {
  for (const table of tables)
    for (const foreignKey of table.foreignKeys)
      if (isOptional(foreignKey, table) && !(await isUsed(work, table, foreignKey)))
        await linkKey(work, table, foreignKey);
}

async function isUsed(
  { queryRunner, dialect }: Work,
  table: TableModel,
  { columns }: ForeignKeyModel,
): Promise<boolean> {
  const set = columns.map((name) => `${quoteIdentifier(name)} IS NOT NULL`).join(' AND ');
  const rows = (await queryRunner.query(
    `SELECT 1 FROM ${dialect.table(table.name)} WHERE ${set} LIMIT 1`,
  )) as readonly unknown[];
  return rows.length > 0;
}

async function linkKey(work: Work, table: TableModel, foreignKey: ForeignKeyModel): Promise<void> {
  const { queryRunner, dialect } = work;
  const keys = await readKeys(work, foreignKey);
  const locator = dialect.locator(table);
  const rows = await readRows(work, table, foreignKey);
  const linked = rows.length > 1 ? rows.slice(0, -1) : rows;
  for (const [index, { row, values }] of linked.entries()) {
    // Another row than itself, where there is one; a column that has a value already keeps it.
    const fitting = keys.filter((key) => key.every((value, at) => (values[at] ?? value) === value));
    const ordered = fitting.map((_, at) => fitting[(at + index + 1) % fitting.length] ?? []);
    await linkRow(
      queryRunner,
      ordered.map((key) => updateStatement({ dialect, table, foreignKey, locator }, row, key)),
    );
  }
}

/** A row that is to point somewhere. */
interface LinkedRow {
  /** Its place. */
  readonly row: string;
  /** What is in the columns of the foreign key, as literals. */
  readonly values: readonly (string | null)[];
}

/** Once a foreign key is there, its columns have to be of one key, so what other keys have put into one of them stays. */
async function readRows(
  { queryRunner, dialect }: Work,
  table: TableModel,
  { columns }: ForeignKeyModel,
): Promise<readonly LinkedRow[]> {
  const own = columns.map(
    (name, index) =>
      `, CASE WHEN ${quoteIdentifier(name)} IS NOT NULL THEN ${dialect.literal(name)} END AS v${index}`,
  );
  const sql = `SELECT ${dialect.locator(table).select} AS "row"${own.join('')} FROM ${dialect.table(table.name)} ORDER BY 1`;
  const rows = (await queryRunner.query(sql)) as readonly Readonly<Record<string, string | null>>[];
  return rows.map((found) => ({
    row: found['row'] ?? '',
    values: columns.map((_, index) => found[`v${index}`] ?? null),
  }));
}

async function linkRow(queryRunner: QueryRunner, statements: readonly string[]): Promise<void> {
  for (const sql of statements) {
    try {
      await queryRunner.query(sql);
      return;
    } catch {
      // The next key may be taken: a check or a unique key decides.
    }
  }
}

interface Target {
  readonly dialect: RowDialect;
  readonly table: TableModel;
  readonly foreignKey: ForeignKeyModel;
  readonly locator: Locator;
}

function updateStatement(
  { dialect, table, foreignKey, locator }: Target,
  row: string,
  key: readonly string[],
): string {
  const takesNull = nullableColumns(table);
  const set = foreignKey.columns.flatMap((name, index) =>
    takesNull.includes(name) ? `${quoteIdentifier(name)} = ${key[index] ?? 'NULL'}` : [],
  );
  return `UPDATE ${dialect.table(table.name)} SET ${set.join(', ')} WHERE ${locator.where(row)}`;
}
