import type { QueryRunner } from 'typeorm';
import type { ForeignKeyModel, TableModel } from '../../../schema/model.js';
import { quoteName, type Locator, type RowDialect } from './dialects.js';
import { readKeys } from './keys.js';
import { isOptional, nullableColumns } from './order.js';

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
  const set = columns.map((name) => `${quoteName(name)} IS NOT NULL`).join(' AND ');
  const rows = (await queryRunner.query(
    `SELECT 1 FROM ${dialect.table(table.name)} WHERE ${set} LIMIT 1`,
  )) as readonly unknown[];
  return rows.length > 0;
}

async function linkKey(work: Work, table: TableModel, foreignKey: ForeignKeyModel): Promise<void> {
  const { queryRunner, dialect } = work;
  const keys = await readKeys(work, foreignKey);
  const locator = dialect.locator(table);
  const rows = (await queryRunner.query(
    `SELECT ${locator.select} AS "row" FROM ${dialect.table(table.name)} ORDER BY 1`,
  )) as readonly { readonly row: string }[];
  const linked = rows.length > 1 ? rows.slice(0, -1) : rows;
  for (const [index, { row }] of linked.entries()) {
    // Another row than itself, where there is one.
    const ordered = keys.map((_, at) => keys[(at + index + 1) % keys.length] ?? []);
    await linkRow(
      queryRunner,
      ordered.map((key) => updateStatement({ dialect, table, foreignKey, locator }, row, key)),
    );
  }
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
    takesNull.includes(name) ? `${quoteName(name)} = ${key[index] ?? 'NULL'}` : [],
  );
  return `UPDATE ${dialect.table(table.name)} SET ${set.join(', ')} WHERE ${locator.where(row)}`;
}
