import fc from 'fast-check';
import type { EntitySchemaColumnOptions } from 'typeorm';
import type { DialectName } from '../../../src/databases/registry.js';
import { quoted, texts, type Meaning } from './no-false-alarm-conditions.js';

/** A generated column: what TypeORM receives, and what conditions can be made of it. */
export interface ColumnKind {
  readonly means: Meaning;
  readonly options: EntitySchemaColumnOptions;
}

type Options = EntitySchemaColumnOptions;
type Defaults = fc.Arbitrary<unknown>;

const sql = (text: string) => Object.assign(() => text, { toString: () => `() => ${JSON.stringify(text)}` });
const escaped = texts.map((text) => text.replaceAll("'", "''"));
const numbers = fc.oneof(
  fc.integer({ min: -32768, max: 32767 }),
  fc.integer({ min: -32768, max: 32767 }).map(String),
  fc.integer({ min: -99, max: 99 }).map((value) => sql(`(${value} + 1) * 2`)),
);
const decimals = fc.oneof(
  fc.double({ min: -1000, max: 1000, noNaN: true }).map((value) => Number(value.toFixed(2))),
  fc.constantFrom('0.10', '-12.50', sql('0.10'), sql("'1.5'")),
);
const strings = fc.oneof(escaped, quoted.map(sql), fc.constant(sql("upper('x') || 'y'")));
const truths = fc.constantFrom<unknown>(true, false, sql('true'), sql('(NOT false)'));
const moments = fc.constantFrom(sql('CURRENT_TIMESTAMP'), sql('current_timestamp'), '2024-02-29 12:34:56');
const enumValues = fc.uniqueArray(fc.constantFrom('low', 'high', 'two words', 'UPPER', 'größe', '-', '1'), {
  minLength: 1,
  maxLength: 5,
});

/** Columns that the dialect knows. */
export function columnKinds(dialect: DialectName): fc.Arbitrary<ColumnKind> {
  return fc.oneof(
    ...(dialect === 'postgres' ? [...neutral(), ...ofPostgres()] : [...neutral(), ...ofSqlite()]),
  );
}

function neutral(): readonly fc.Arbitrary<ColumnKind>[] {
  return [
    kind('number', types(['integer', 'smallint', 'bigint', 'int', Number]), numbers),
    kind(
      'number',
      fc.record({
        type: fc.constantFrom('numeric', 'decimal'),
        precision: fc.constant(12),
        scale: fc.constantFrom(2, 3),
      }),
      decimals,
    ),
    kind('number', types(['real', 'double precision', 'float']), decimals),
    kind('text', types(['varchar', 'text', String]), strings),
    kind(
      'text',
      fc.record({ type: fc.constant('varchar'), length: fc.integer({ min: 40, max: 99 }) }),
      strings,
    ),
    kind('truth', types(['boolean', Boolean]), truths),
    kind('opaque', types([Date, 'date']), moments),
    kind('opaque', types(['simple-json', 'simple-array']), escaped),
    enumValues.chain((values) =>
      kind('opaque', fc.constant({ type: 'simple-enum', enum: values }), fc.constantFrom(...values)),
    ),
  ];
}

function ofPostgres(): readonly fc.Arbitrary<ColumnKind>[] {
  const json = fc.oneof(
    fc.object({
      key: fc.constantFrom('a', 'b c', 'ß'),
      maxDepth: 2,
      values: [fc.integer(), fc.boolean(), fc.constant('x')],
    }),
    fc.constant('[ 1 , 2 ]'),
  );
  const array = { array: fc.constant(true) };
  return [
    kind('opaque', types(['jsonb', 'json']), json.map(withoutQuotes)),
    kind('opaque', types(['uuid']), fc.oneof(fc.uuid(), fc.constant(sql('gen_random_uuid()')))),
    kind('opaque', types(['interval']), fc.constantFrom('1 day', '90 minutes', sql("INTERVAL '2 hours'"))),
    kind(
      'opaque',
      fc.record({
        type: fc.constantFrom('timestamptz', 'timestamp'),
        precision: fc.integer({ min: 0, max: 6 }),
      }),
      fc.oneof(moments, fc.constantFrom(sql('now()'), sql("timezone('utc', now())"), sql('LOCALTIMESTAMP'))),
    ),
    kind(
      'opaque',
      fc.record({ type: fc.constantFrom('integer', 'numeric'), ...array }),
      fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 3 }),
    ),
    kind(
      'opaque',
      fc.record({ type: fc.constantFrom('text', 'varchar'), ...array }),
      fc.array(fc.constantFrom('a', 'b c', ''), { maxLength: 2 }).map(quotedItems),
    ),
    kind(
      'opaque',
      fc.record({ type: fc.constant('text'), comment: texts, collation: fc.constant('C') }),
      strings,
    ),
    enumValues.chain((values) =>
      kind(
        'opaque',
        fc.constant({ type: 'enum', enum: values, array: true }),
        fc.subarray(values).map(quotedItems),
      ),
    ),
  ];
}

function ofSqlite(): readonly fc.Arbitrary<ColumnKind>[] {
  return [
    kind(
      'text',
      fc.record({ type: fc.constantFrom('varchar', 'text'), collation: fc.constantFrom('NOCASE', 'rtrim') }),
      strings,
    ),
    kind(
      'opaque',
      types(['datetime']),
      fc.constantFrom(sql("datetime('now')"), sql("strftime('%Y', 'now')")),
    ),
    kind('opaque', types(['blob']), fc.constant(sql("x'CAFE'"))),
  ];
}

function types(list: readonly unknown[]): fc.Arbitrary<object> {
  return fc.record({ type: fc.constantFrom(...list) });
}

/** Nullable or not, unique or not, with a default or without. */
function kind(means: Meaning, options: fc.Arbitrary<object>, defaults: Defaults): fc.Arbitrary<ColumnKind> {
  const more = fc.record(
    { nullable: fc.boolean(), unique: fc.constant(means !== 'opaque'), default: defaults },
    { requiredKeys: [] },
  );
  return fc
    .tuple(options, more)
    .map(([first, second]) => ({ means, options: { ...first, ...second } as Options }));
}

/** TypeORM puts an object between quotes as it is. */
function withoutQuotes(value: unknown): unknown {
  return typeof value === 'string'
    ? value
    : (JSON.parse(JSON.stringify(value).replaceAll("'", '')) as unknown);
}

/** TypeORM writes the items of an array as they are. */
function quotedItems(items: readonly string[]): readonly string[] {
  return items.map((item) => `"${item}"`);
}
