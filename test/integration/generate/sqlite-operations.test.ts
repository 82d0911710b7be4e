import { expect } from 'chai';
import fc from 'fast-check';
import { NO_CONFIRMED_VALUES, type DialectGroups } from '../../../src/databases/planning.js';
import { renderSqlite } from '../../../src/databases/sqlite/plan/render.js';
import { compared } from '../../support/compared.js';
import { afterSchema } from '../../../src/databases/sqlite/plan/sides.js';
import { migrateDown } from '../../../src/migrator/migrate.js';
import { canonicalizeSqlite } from '../../../src/databases/sqlite/catalog.js';
import { describeChange } from '../../../src/schema/describe-change.js';
import { diff } from '../../../src/schema/diff.js';
import type { SchemaModel, TableModel } from '../../../src/schema/model.js';
import { normalise } from '../../../src/schema/normalise.js';
import { moves, type Operation } from './sqlite-models.js';
import { contentsOf, fill, isRowNumberKey, type Content } from './sqlite-rows.js';
import { BACKFILLED } from './sqlite-values.js';
import { SqliteWorld, type Row } from './sqlite-world.js';

const EMPTY: SchemaModel = { dialect: 'sqlite', tables: [], enums: [] };

/** Every kind of change that SQLite has. */
const KINDS = ['column', 'primary-key', 'unique', 'index', 'foreign-key', 'check'].flatMap((part) =>
  ['add', 'drop', 'alter'].map((verb) => `${verb}-${part}`),
);

/** The work of ALTER TABLE, the rename of a rebuilt table included. */
const MANNERS = ['RENAME TO', 'ADD COLUMN', 'DROP COLUMN'];

function differences(live: SchemaModel, desired: SchemaModel): readonly string[] {
  return diff(normalise(live), normalise(canonicalizeSqlite(desired))).map(describeChange);
}

const find = ({ tables }: SchemaModel, name: string) => tables.find((table) => table.name === name);

/** The value of a column after up, as far as the models show it; undefined where the database decides. */
function expected(
  row: Row,
  { from, to, confirmed, name }: Operation & { readonly name: string; readonly from: SchemaModel },
  column: string,
): unknown {
  const target = find(to, name)?.columns.find((one) => one.name === column);
  const source = find(from, name)?.columns.find((one) => one.name === column);
  const isFilled = confirmed.backfills.has(`${name}.${column}`);
  if (!target || target.generated) return undefined;
  if (!source) return isFilled ? BACKFILLED[column]?.(row['id'] as number) : undefined;
  if (row[column] === null && isFilled) return BACKFILLED[column]?.(row['id'] as number);
  const names = confirmed.renamedValues.get(`${name}.${column}`);
  return names?.get(row[column] as string) ?? row[column];
}

interface Both {
  readonly before: ReadonlyMap<string, Content>;
  readonly after: ReadonlyMap<string, Content>;
}

function expectRowsUp(move: Operation, { before, after }: Both): void {
  for (const table of move.to.tables) {
    const former = before.get(table.name);
    const content = after.get(table.name);
    if (!former) continue;
    for (const [at, row] of former.rows.entries())
      for (const { name } of table.columns) {
        const value = expected(row, { ...move, name: table.name }, name);
        if (value !== undefined) expect(content?.rows[at]?.[name], `${table.name}.${name}`).to.equal(value);
      }
    expect(content?.rows).to.have.length(former.rows.length);
  }
}

/** Rows are as they were, except dropped, meanwhile computed, and filled values. */
function expectRowsDown(
  move: Operation,
  { before, up, down }: { readonly [K in 'before' | 'up' | 'down']: ReadonlyMap<string, Content> },
): void {
  for (const table of move.from.tables) {
    const target = find(move.to, table.name);
    if (!target) continue;
    const preserved = table.columns.filter(
      ({ name, generated }) =>
        !generated && target.columns.some((one) => one.name === name && !one.generated),
    );
    for (const [at, row] of (before.get(table.name)?.rows ?? []).entries())
      for (const { name } of preserved) {
        const value = row[name] ?? up.get(table.name)?.rows[at]?.[name] ?? null;
        const former = value === 'X' ? 'B' : value;
        expect(down.get(table.name)?.rows[at]?.[name], `${table.name}.${name} down`).to.equal(former);
      }
    expect(down.get(table.name)?.rows).to.have.length(before.get(table.name)?.rows.length ?? -1);
  }
}

const isNumbered = (table: TableModel) => table.columns.some(({ identity }) => identity === 'autoincrement');

/** Numbers of rows, and the counter that gives them, are as they were wherever both sides have them. */
function expectNumbers({ from, to }: Operation, { before, after }: Both): void {
  for (const table of from.tables) {
    const target = find(to, table.name);
    const [former, now] = [before.get(table.name), after.get(table.name)];
    if (!target || !former || !now) continue;
    if (former.numbers && now.numbers && !isRowNumberKey(target))
      expect(now.numbers).to.deep.equal(former.numbers);
    if (isNumbered(table) && isNumbered(target)) {
      expect(former.sequence).to.equal(900);
      expect(now.sequence).to.equal(900);
    }
  }
}

async function expectSound(world: SqliteWorld): Promise<void> {
  expect(await world.query('PRAGMA foreign_key_check')).to.deep.equal([]);
  expect(await world.query('PRAGMA foreign_keys')).to.deep.equal([{ foreign_keys: 1 }]);
  expect(await world.query('PRAGMA integrity_check')).to.deep.equal([{ integrity_check: 'ok' }]);
  const left = await world.query(`SELECT name FROM sqlite_schema WHERE sql LIKE '%temporary_%'`);
  expect(left).to.deep.equal([]);
}

/** Up leads exactly to the one, down exactly to the other, and rows survive both. */
async function verifyMove(world: SqliteWorld, move: Operation): Promise<readonly string[]> {
  const first = canonicalizeSqlite(move.from);
  await world.apply(renderSqlite(compared(EMPTY, first), NO_CONFIRMED_VALUES));
  const from = await world.schema();
  expect(differences(from, move.from)).to.deep.equal([]);
  await fill(world, { ...move, from });
  const before = await contentsOf(world, from);

  const to = canonicalizeSqlite(move.to);
  const groups = renderSqlite(compared(from, to), move.confirmed);
  await world.apply(groups);
  const live = await world.schema();
  expect(differences(live, move.to)).to.deep.equal([]);
  expect(orders(live)).to.deep.equal(orders(afterSchema({ from, to })));
  await expectSound(world);
  const up = await contentsOf(world, live);
  expectRowsUp({ ...move, from }, { before, after: up });
  expectNumbers({ ...move, from }, { before, after: up });

  await migrateDown(world.dataSource);
  const back = await world.schema();
  expect(differences(back, move.from)).to.deep.equal([]);
  await expectSound(world);
  const down = await contentsOf(world, back);
  for (const [name, { columns }] of before) expect(down.get(name)?.columns).to.deep.equal(columns);
  expectRowsDown({ ...move, from }, { before, up, down });
  if (from.tables.every((table) => find(to, table.name)))
    expectNumbers({ from: live, to: from, confirmed: move.confirmed }, { before: up, after: down });
  return [...diff(normalise(from), normalise(to)).map(({ kind }) => kind), ...mannersOf(groups)];
}

/** How often a table is rebuilt, and altered in place, in either direction. */
function mannersOf({ up, down }: DialectGroups): readonly string[] {
  return [...up, ...down]
    .flatMap(({ statements }) => statements)
    .flatMap(({ sql }) => /^ALTER TABLE .* (RENAME TO|ADD COLUMN|DROP COLUMN) /.exec(sql)?.[1] ?? []);
}

function orders({ tables }: SchemaModel): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    [...tables]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, columns }) => [name, columns.map((column) => column.name)]),
  );
}

describe('Any two schemas on SQLite', () => {
  it('SQLite statements turn any schema into any other, up and down, with every row, for every kind of change', async () => {
    const counts = new Map<string, number>();
    let pairs = 0;
    await fc.assert(
      fc.asyncProperty(moves, async (move) => {
        const world = new SqliteWorld();
        try {
          for (const kind of await verifyMove(world, move)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
          pairs += 1;
        } finally {
          await world.close();
        }
      }),
      { numRuns: 250 },
    );
    const shown = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `${kind} ${count}`);
    process.stdout.write(`      ${pairs} pairs: ${shown.join(', ')}\n`);
    for (const kind of [...MANNERS, 'create-table', 'drop-table', 'alter-table', ...KINDS])
      expect(counts.get(kind), kind).to.be.greaterThan(0);
  }).timeout(300_000);
});
