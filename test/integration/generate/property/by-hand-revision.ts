import { expect } from 'chai';
import type { DataSource, QueryRunner } from 'typeorm';
import { Revision, type DialectStatements } from '../../../../src/migrator/revision.js';
import type { AllByHand, ByHand } from './by-hand.js';
import type { Revisions } from './run.js';

/** The revision that makes them, behind the first generated ones. It has no way down. */
export function byHandRevision(all: AllByHand, first: Revisions): Revisions {
  const statements = ({ up }: { up: readonly string[] }): DialectStatements => ({ up, down: [] });
  const postgres = statements({ up: all.postgres.flatMap(({ make }) => make) });
  const sqlite = statements({
    up: [...remade(all.sqlite, first), ...all.sqlite.flatMap(({ make }) => make)],
  });
  class ByHand1700000000500 extends Revision {
    override readonly postgres = postgres;
    override readonly sqlite = sqlite;
  }
  return [ByHand1700000000500];
}

/** Each table that they want otherwise is dropped while it is empty, and created with its indexes. */
function remade(all: readonly ByHand[], first: Revisions): readonly string[] {
  const written = first.flatMap((Made) => {
    const made: unknown = new Made();
    return made instanceof Revision ? made.sqlite.up : [];
  });
  const remakes = all.flatMap(({ remake }) => remake ?? []);
  return [...new Set(remakes.map(({ table }) => table))].flatMap((table) => {
    const [create = '', ...others] = written.filter((sql) => isOf(sql, table));
    const changes = remakes.filter((one) => one.table === table);
    return [`DROP TABLE ${table}`, changes.reduce((sql, { change }) => change(sql), create), ...others];
  });
}

function isOf(sql: string, table: string): boolean {
  return (
    sql.startsWith(`CREATE TABLE ${table} `) ||
    (/^CREATE (UNIQUE )?INDEX /.test(sql) && sql.includes(` ON ${table} (`))
  );
}

/** Their texts, in one of the two models. */
export async function textsOf(
  dataSource: DataSource,
  all: readonly ByHand[],
  side: 'before' | 'after',
): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const one of all) texts.push(`${one.what}: ${await textOf(dataSource, one[side])}`);
  return texts;
}

type Asking = Pick<DataSource | QueryRunner, 'query'>;

async function textOf(asking: Asking, sql: string): Promise<string> {
  const [row] = (await asking.query(sql)) as readonly { readonly text: string | number | null }[];
  return row?.text === null || row === undefined ? 'lost' : normal(String(row.text));
}

/** SQLite writes quotes where it renames. */
function normal(text: string): string {
  return text.replaceAll(/["\s]+/g, '');
}

/** Fails where one is no longer what its statements make on the tables as they are now. */
export async function expectKept(
  dataSource: DataSource,
  all: readonly ByHand[],
  { texts, when }: { readonly texts: readonly string[]; readonly when: string },
): Promise<void> {
  const found = await textsOf(dataSource, all, 'after');
  expect(found, `by hand ${when}`).to.deep.equal(await wanted(dataSource, all, texts));
}

/** Makes each again, in a transaction that is rolled back. */
async function wanted(
  dataSource: DataSource,
  all: readonly ByHand[],
  texts: readonly string[],
): Promise<readonly string[]> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await queryRunner.startTransaction();
    const list: string[] = [];
    for (const [index, one] of all.entries()) {
      for (const sql of one.again) await queryRunner.query(sql).catch((error: unknown) => fail(one, error));
      const isSame = one.again.length === 0;
      list.push(isSame ? (texts[index] ?? '') : `${one.what}: ${await textOf(queryRunner, one.after)}`);
    }
    return list;
  } finally {
    await queryRunner.rollbackTransaction();
    await queryRunner.release();
  }
}

function fail(one: ByHand, error: unknown): never {
  throw new Error(`${one.what} by hand cannot be made again: ${one.again.join('; ')}: ${String(error)}`);
}
