import { expect } from 'chai';
import type { DataSource, QueryRunner } from 'typeorm';
import { databaseOf } from '../../../../src/databases/registry.js';
import { checkDrift } from '../../../../src/drift/check-drift.js';
import { keysToFill, schemaToFill } from '../../../../src/generate/verify/fill-schema.js';
import { hintsOf } from '../../../../src/generate/verify/hints.js';
import { fillTables } from '../../../../src/generate/verify/fixtures/fill-tables.js';
import { readRawCatalog } from '../../../../src/generate/verify/raw-catalog.js';
import { parseRenames } from '../../../../src/generate/compare/renames.js';
import { migrateDown, migrateUp } from '../../../../src/migrator/migrate.js';
import { describeChange } from '../../../../src/schema/describe-change.js';
import type { SchemaModel } from '../../../../src/schema/model.js';
import type { DialectName } from '../../../../src/databases/registry.js';
import { introspected } from '../verify-scratch.js';
import type { ByHand } from './by-hand.js';
import { expectKept, textsOf } from './by-hand-revision.js';
import { onRealDatabase, type History, type Pair } from './run.js';

/** A table before, and after where it still exists, with the columns whose values must be the same in both. */
export interface Preserved {
  readonly before: string;
  readonly after: string;
  /** Names before and after. */
  readonly columns: readonly (readonly [string, string])[];
}

/** A pair with its revisions, what must stay in its rows, and what was made by hand beside it. */
interface Verified {
  readonly pair: Pair;
  readonly history: History;
  readonly preserved: readonly Preserved[];
  readonly attached: readonly ByHand[];
}

/** Runs the generated revisions on a real database: in sync, no row lost, down exact, and up again. */
export async function verify(
  dialect: DialectName,
  { pair, history, preserved, attached }: Verified,
): Promise<void> {
  const migrations = [...history.first, ...history.next];
  const target = history.first.at(-1)?.name ?? 'base';
  const place = { entities: pair.after, migrations, server: pair.server };
  await onRealDatabase(dialect, place, async (dataSource) => {
    await migrateUp(dataSource, { target });
    const before = await filled(dataSource, { desired: desiredOf(history, dialect), pair, preserved });
    const texts = await textsOf(dataSource, attached, 'before');
    expect(texts.filter((text) => text.endsWith(': lost'))).to.deep.equal([]);
    await migrateUp(dataSource);
    expect(await differences(dataSource), 'drift after up').to.deep.equal([]);
    await expectKept(dataSource, attached, { texts, when: 'after up' });
    expect(await rowsOf(dataSource, preserved, 1), 'rows after up').to.deep.equal(before.rows);
    await migrateDown(dataSource, { target });
    expect(await catalogOf(dataSource), 'catalog after down').to.deep.equal(before.catalog);
    expect(await rowsOf(dataSource, preserved, 0), 'rows after down').to.deep.equal(before.rows);
    expect(await textsOf(dataSource, attached, 'before'), 'by hand after down').to.deep.equal(texts);
    await migrateUp(dataSource);
    expect(await differences(dataSource), 'drift after the second up').to.deep.equal([]);
    expect(await rowsOf(dataSource, preserved, 1), 'rows after the second up').to.deep.equal(before.rows);
    await expectKept(dataSource, attached, { texts, when: 'after the second up' });
  });
}

interface Filled {
  readonly catalog: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface Filling {
  readonly desired: SchemaModel;
  readonly pair: Pair;
  readonly preserved: readonly Preserved[];
}

function desiredOf({ generated }: History, dialect: DialectName): SchemaModel {
  return generated.snapshot.schemas[dialect] ?? { dialect, tables: [], enums: [] };
}

/** Rows that the change can convert. */
async function filled(dataSource: DataSource, { desired, pair, preserved }: Filling): Promise<Filled> {
  await onRunner(dataSource, async (queryRunner) => {
    const head = await introspected(queryRunner);
    const renames = parseRenames(pair.words, { head, desired });
    const of = { head, desired, filled: new Set<string>(), renames };
    const { sql } = await databaseOf(dataSource).planner();
    await fillTables(queryRunner, schemaToFill(of, sql), { hints: hintsOf(of), keys: keysToFill(of) });
  });
  return { catalog: await catalogOf(dataSource), rows: await rowsOf(dataSource, preserved, 0) };
}

async function differences(dataSource: DataSource): Promise<readonly string[]> {
  const { changes, uncomparable } = await checkDrift(dataSource);
  return [...changes.map(describeChange), ...uncomparable.map((one) => JSON.stringify(one))];
}

function catalogOf(dataSource: DataSource): Promise<readonly string[]> {
  return onRunner(dataSource, readRawCatalog);
}

/** All rows as text, sorted, table by table. */
async function rowsOf(
  dataSource: DataSource,
  preserved: readonly Preserved[],
  side: 0 | 1,
): Promise<readonly (readonly string[])[]> {
  const tables: (readonly string[])[] = [];
  for (const { before, after, columns } of preserved) {
    const list = columns.map(
      (names, index) => `CAST("${names[side].replaceAll('"', '""')}" AS text) AS c${index}`,
    );
    const sql = `SELECT ${['1 AS there', ...list].join(', ')} FROM "${(side === 0 ? before : after).replaceAll('"', '""')}"`;
    const rows = await dataSource.query<Record<string, unknown>[]>(sql);
    tables.push(rows.map((row) => JSON.stringify(Object.values(row))).sort());
  }
  return tables;
}

async function onRunner<T>(
  dataSource: DataSource,
  use: (queryRunner: QueryRunner) => Promise<T>,
): Promise<T> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    return await use(queryRunner);
  } finally {
    await queryRunner.release();
  }
}
