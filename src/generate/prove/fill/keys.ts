import type { QueryRunner } from 'typeorm';
import type { ForeignKeyModel } from '../../../schema/model.js';
import { compareLiterals } from './choices.js';
import { type RowDialect } from './dialects.js';
import { quoteIdentifier } from '../../../sql/quote.js';

/** Through what keys are read, and how. */
interface Reading {
  readonly queryRunner: QueryRunner;
  readonly dialect: RowDialect;
}

/** The keys of a parent that a foreign key may point at, as literals, in an order that depends on nothing but the keys. */
export async function readKeys(
  { queryRunner, dialect }: Reading,
  { table, references }: ForeignKeyModel,
): Promise<readonly (readonly string[])[]> {
  const columns = references.map((name, index) => `${dialect.literal(name)} AS k${index}`).join(', ');
  const present = references.map((name) => `${quoteIdentifier(name)} IS NOT NULL`).join(' AND ');
  const sql = `SELECT ${columns} FROM ${dialect.table(table)} WHERE ${present}`;
  const rows = (await queryRunner.query(sql)) as readonly Readonly<Record<string, string>>[];
  const keys = rows.map((row) => references.map((_, index) => row[`k${index}`] ?? 'NULL'));
  return keys.sort((a, b) => compareLiterals(a.join(), b.join()));
}
