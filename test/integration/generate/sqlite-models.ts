import fc from 'fast-check';
import { NO_CONFIRMED_VALUES, type ConfirmedValues } from '../../../src/databases/planning.js';
import { mentions } from '../../../src/databases/sqlite/mentions.js';
import {
  raw,
  type ColumnModel,
  type IndexModel,
  type SchemaModel,
  type TableModel,
} from '../../../src/schema/model.js';
import { index, indexKey, key, table } from '../../unit/schema/samples.js';
import { sketches, TABLES, type Sketch } from './sqlite-parts.js';

/** Two schemas that SQLite can have; the existing rows allow the way from the first to the second and back. */
export interface Operation {
  readonly from: SchemaModel;
  readonly to: SchemaModel;
  readonly confirmed: ConfirmedValues;
}

type Sketches = readonly (Sketch | null)[];

const drawn = fc.tuple(...TABLES.map(() => fc.option(sketches, { nil: null, freq: 9 })));

/** Any two schemas; the second differs from the first in a few parts, in many, or in all. */
const anyMoves: fc.Arbitrary<Operation> = fc
  .record({
    before: drawn,
    other: drawn,
    picks: fc.array(fc.nat(99), { minLength: 64, maxLength: 64 }),
    share: fc.constantFrom(3, 6, 12, 25, 100),
    renames: fc.boolean(),
  })
  .map(({ before, other, picks, share, renames }) => {
    const isPicked = (position: number) => (picks[position % picks.length] ?? 0) < share;
    const mixed = before.map((sketch, position) =>
      mix({ before: sketch, other: other[position] ?? null }, (part) => isPicked(position * 21 + part)),
    );
    const move = moveOf(before, mixed);
    return renames ? renamingValues(move) : move;
  });

/** Tables without constraints to which columns and indexes are added, and from which they are dropped. */
const lightMoves: fc.Arbitrary<Operation> = fc.tuple(drawn, drawn).map(([before, other]) => {
  const free = before.map((sketch) => sketch && { ...sketch, uniques: [], checks: [], values: null });
  const mixed = free.map((sketch, position) => {
    const { columns, indexes } = other[position] ?? { columns: [], indexes: [] };
    return (
      sketch && {
        ...sketch,
        columns: sketch.columns.map((model, at) => comeOrGone(model, columns[at])),
        indexes,
      }
    );
  });
  return moveOf(free, mixed);
});

function comeOrGone(model: ColumnModel | null, other: ColumnModel | null | undefined): ColumnModel | null {
  return model && other ? model : (other ?? null);
}

/** Two schemas that share parts. */
export const moves: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: anyMoves },
  { weight: 1, arbitrary: lightMoves },
);

function moveOf(before: Sketches, after: Sketches): Operation {
  const from = schemaOf(before);
  const to = restorable(from, schemaOf(after));
  return { from, to, confirmed: backfilling(from, to) };
}

/** The parts of the one, with parts of the other. */
function mix(
  sides: { readonly before: Sketch | null; readonly other: Sketch | null },
  isPicked: (part: number) => boolean,
): Sketch | null {
  const { before, other } = sides;
  if (!before || !other) return isPicked(20) ? other : before;
  const pick = <K extends keyof Sketch>(name: K, part: number): Sketch[K] =>
    (isPicked(part) ? other : before)[name];
  const list = <T>(one: readonly T[], two: readonly T[], part: number) =>
    one.map((value, at) => (isPicked(part + at) ? (two[at] as T) : value));
  return {
    columns: list(before.columns, other.columns, 0),
    key: pick('key', 7),
    numbered: pick('numbered', 8),
    options: pick('options', 9),
    uniques: list(before.uniques, other.uniques, 10),
    checks: list(before.checks, other.checks, 13),
    values: pick('values', 16),
    foreignKey: pick('foreignKey', 17),
    indexes: list(before.indexes, other.indexes, 18),
  };
}

/** Leaves out parts that exclude each other. */
function schemaOf(list: Sketches): SchemaModel {
  const tables = list.flatMap((sketch, position) => (sketch ? tableOf(TABLES[position] ?? '', sketch) : []));
  return { dialect: 'sqlite', enums: [], tables: withParents(oneAnywhere(tables)) };
}

function tableOf(name: string, sketch: Sketch): TableModel {
  const drawn = sketch.columns.filter((model) => model !== null);
  const present = drawn.filter(
    ({ generated }) =>
      !generated || !mentions(generated.sql, 'a') || drawn.some((model) => model.name === 'a'),
  );
  const has = (names: readonly string[]) => names.every((one) => present.some((model) => model.name === one));
  const primary = has(sketch.key) && sketch.key.length > 0 ? sketch.key : null;
  const options =
    primary === null ? (sketch.options?.replace(/(, )?WITHOUT ROWID/, '') ?? '') || null : sketch.options;
  const uniques = sketch.uniques.filter(
    (unique) => unique !== null && has(unique.columns),
  ) as TableModel['uniques'];
  const keyed = new Set([...(primary ?? []), ...uniques.flatMap((unique) => unique.columns)]);
  const columns = present.map((model) =>
    settled(model, { keyed, primary: primary ?? [], strict: options?.includes('STRICT') ?? false }),
  );
  const numbered =
    sketch.numbered &&
    primary?.join() === 'id' &&
    columns[0]?.type === 'integer' &&
    !options?.includes('WITHOUT');
  const mentioned = (sql: string) => has(MENTIONABLE.filter((one) => mentions(sql, one)));
  const checks = [...sketch.checks, has(['status']) ? sketch.values : null].filter((check) => check !== null);
  return table(name, {
    options,
    columns: columns.map((model) =>
      model.name === 'id' && numbered ? { ...model, identity: 'autoincrement' } : model,
    ),
    primaryKey: primary === null ? null : key(null, ...primary),
    uniques,
    checks: checks.filter(({ expression }) => mentioned(expression.sql)),
    foreignKeys: sketch.foreignKey && has(['parent_id']) ? [sketch.foreignKey] : [],
    indexes: sketch.indexes
      .filter((model) => model !== null)
      .flatMap((model) => settledIndex(model, { table: name, has, mentioned })),
  });
}

const MENTIONABLE = ['id', 'a', 'name', 'status', 'twice'];

/** No two rows have one default where it has to be unique; STRICT knows few types. */
function settled(
  model: ColumnModel,
  {
    keyed,
    primary,
    strict,
  }: { readonly keyed: ReadonlySet<string>; readonly primary: readonly string[]; readonly strict: boolean },
): ColumnModel {
  const type = !strict
    ? model.type
    : /int/.test(model.type)
      ? model.type === 'integer'
        ? 'integer'
        : 'int'
      : 'text';
  return {
    ...model,
    type,
    nullable: model.nullable && !primary.includes(model.name),
    default: keyed.has(model.name) ? null : model.default,
  };
}

interface Surroundings {
  readonly table: string;
  readonly has: (columns: readonly string[]) => boolean;
  readonly mentioned: (sql: string) => boolean;
}

/** Unique only where rows differ, defaults or not: by their id. */
function settledIndex(
  model: IndexModel,
  { table: owner, has, mentioned }: Surroundings,
): readonly IndexModel[] {
  const keys = model.keys.filter(({ column, expression }) =>
    column === null ? mentioned(expression ?? '') : has([column]),
  );
  const where = model.where && mentioned(model.where.sql) ? model.where : null;
  const name = model.name === 'ix_anywhere' ? model.name : `${model.name}_${TABLES.indexOf(owner as 'jobs')}`;
  const first = keys[0] ?? indexKey('id');
  const all = first.column === keys[1]?.column && first.expression === keys[1].expression ? [first] : keys;
  return [
    index(name, {
      keys: all.length === 0 ? [first] : all,
      where,
      unique: model.unique && all.some(({ column }) => column === 'id'),
    }),
  ];
}

/** An index of a name that is known in the whole database belongs to the first table that wants it. */
function oneAnywhere(tables: readonly TableModel[]): readonly TableModel[] {
  const owner = tables.find(({ indexes }) => indexes.some(({ name }) => name === 'ix_anywhere'));
  return tables.map((model) =>
    model === owner
      ? model
      : { ...model, indexes: model.indexes.filter(({ name }) => name !== 'ix_anywhere') },
  );
}

/** A foreign key needs a parent that is known by its id. */
function withParents(tables: readonly TableModel[]): readonly TableModel[] {
  const isKnown = ({ primaryKey, uniques }: TableModel) =>
    [primaryKey, ...uniques].some((one) => one?.columns.join() === 'id');
  const parents = new Set(tables.filter(isKnown).map(({ name }) => name));
  return tables.map((model) => ({
    ...model,
    foreignKeys: model.foreignKeys.filter((foreignKey) => parents.has(foreignKey.table)),
  }));
}

/** Dropped parts can be restored with rows in the table: a column that was required and has no default stays. */
function restorable(from: SchemaModel, to: SchemaModel): SchemaModel {
  const tables = to.tables.map((model) => {
    const before = from.tables.find(({ name }) => name === model.name);
    const isLost = (former: ColumnModel) =>
      !former.nullable &&
      former.default === null &&
      former.generated === null &&
      !hasColumn(model, former.name);
    const preserved = before?.columns.filter(isLost) ?? [];
    return { ...model, columns: [...model.columns, ...preserved.map((one) => inOptions(one, model))] };
  });
  return { ...to, tables };
}

/** A type that STRICT allows, where the table is STRICT. */
function inOptions(model: ColumnModel, { options }: TableModel): ColumnModel {
  const strict = options?.includes('STRICT') ?? false;
  return {
    ...settled(model, { keyed: new Set(), primary: [], strict }),
    nullable: model.nullable,
    identity: null,
  };
}

function hasColumn({ columns }: TableModel, name: string): boolean {
  return columns.some((column) => column.name === name);
}

/** Values by the id, so that no two rows have the same. */
export const BACKFILLS: Readonly<Record<string, string>> = {
  a: '"id"',
  name: `'name ' || "id"`,
  status: "'A'",
  rowid: "'row'",
};

function backfilling(from: SchemaModel, to: SchemaModel): ConfirmedValues {
  const backfills = to.tables.flatMap((model) => {
    const before = from.tables.find(({ name }) => name === model.name);
    const needing = model.columns.filter(({ name, nullable, default: value }) => {
      const former = before?.columns.find((column) => column.name === name);
      return !nullable && (former ? former.nullable : value === null);
    });
    return needing.map(({ name }) => [`${model.name}.${name}`, BACKFILLS[name] ?? ''] as const);
  });
  return { ...NO_CONFIRMED_VALUES, backfills: new Map(backfills) };
}

/** B is renamed X wherever status has values on both sides. */
function renamingValues({ from, to, confirmed }: Operation): Operation {
  const isListed = ({ checks }: TableModel) =>
    checks.some(({ expression }) => expression.sql.startsWith('"status" IN'));
  const renamed = to.tables.filter(
    (model) => isListed(model) && from.tables.some((one) => one.name === model.name && isListed(one)),
  );
  const renamedValues = renamed.map(({ name }) => [`${name}.status`, new Map([['B', 'X']])] as const);
  const tables = to.tables.map((model) =>
    renamed.includes(model)
      ? {
          ...model,
          checks: model.checks.map((check) => ({
            ...check,
            expression: raw(check.expression.sql.replace("'B'", "'X'")),
          })),
        }
      : model,
  );
  return { from, to: { ...to, tables }, confirmed: { ...confirmed, renamedValues: new Map(renamedValues) } };
}
