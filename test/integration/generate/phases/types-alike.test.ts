import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import type { DataSource, EntitySchema } from 'typeorm';
import { alikeTypes } from '../../../../src/databases/postgres/plan/phases/moves/alike.js';
import { onDatabase, type TestDatabase } from '../../../support/databases.js';
import { entity, plainDataSource, type Columns } from '../../drift/no-false-alarm-database.js';

type Column = NonNullable<NonNullable<Columns>[string]>;

/** A change of type, a value that the application writes, and whether both releases read the same one afterwards. */
interface Read {
  readonly from: Column;
  readonly to: Column;
  readonly value: unknown;
  readonly isAlike: boolean;
}

const NUMBER = {
  to: (value: unknown) => value,
  from: (value: unknown) => (typeof value === 'string' ? Number(value) : value),
};

const PAIRS: readonly Read[] = [
  { from: { type: 'smallint' }, to: { type: 'integer' }, value: 7, isAlike: true },
  {
    from: { type: 'smallint', array: true },
    to: { type: 'integer', array: true },
    value: [7, 8],
    isAlike: true,
  },
  { from: { type: 'smallint' }, to: { type: 'real' }, value: -7, isAlike: true },
  { from: { type: 'smallint' }, to: { type: 'double precision' }, value: 7, isAlike: true },
  { from: { type: 'integer' }, to: { type: 'double precision' }, value: 2147483647, isAlike: true },
  { from: { type: 'json' }, to: { type: 'jsonb' }, value: { b: [1, { c: null }], a: 'x' }, isAlike: true },
  {
    from: { type: 'integer', transformer: NUMBER },
    to: { type: 'bigint', transformer: NUMBER },
    value: 7,
    isAlike: true,
  },
  {
    from: { type: 'smallint', transformer: NUMBER },
    to: { type: 'bigint', transformer: NUMBER },
    value: 7,
    isAlike: true,
  },
  { from: { type: 'integer' }, to: { type: 'bigint' }, value: 7, isAlike: false },
  { from: { type: 'integer' }, to: { type: 'numeric' }, value: 7, isAlike: false },
  { from: { type: 'integer' }, to: { type: 'real' }, value: 16777217, isAlike: false },
  { from: { type: 'real' }, to: { type: 'double precision' }, value: 0.1, isAlike: false },
  {
    from: { type: 'numeric', precision: 8, scale: 2 },
    to: { type: 'double precision' },
    value: '1.50',
    isAlike: false,
  },
  { from: { type: 'text' }, to: { type: 'jsonb' }, value: '{"a": 1}', isAlike: false },
  {
    from: { type: 'text' },
    to: { type: 'uuid' },
    value: '6B9E3A4C-0000-4000-8000-000000000000',
    isAlike: false,
  },
  {
    from: { type: 'character', length: 3 },
    to: { type: 'character', length: 5 },
    value: 'ab',
    isAlike: false,
  },
  { from: { type: 'date' }, to: { type: 'timestamp' }, value: '2026-01-02', isAlike: false },
  { from: { type: 'boolean' }, to: { type: 'integer' }, value: true, isAlike: false },
];

/** With a driver that reads every bigint as a number. */
const PARSED: readonly Read[] = [
  { from: { type: 'integer' }, to: { type: 'bigint' }, value: 7, isAlike: true },
  {
    from: { type: 'integer', array: true },
    to: { type: 'bigint', array: true },
    value: [7, 8],
    isAlike: true,
  },
];

function typeOf({ type, length, precision, scale, array = false }: Column): string {
  const modifiers = [length, precision, scale].filter((one) => one !== undefined);
  const name = type as string;
  return `${name}${modifiers.length > 0 ? `(${modifiers.join(', ')})` : ''}${array ? '[]' : ''}`;
}

function entityOf(pairs: readonly Read[], side: 'from' | 'to'): EntitySchema {
  const columns = pairs.map((pair, index) => [`c${index}`, { ...pair[side], nullable: true }] as const);
  return entity('alike', Object.fromEntries(columns), { tableName: 'alike' });
}

/** What each release reads of what the former one wrote before the change, and of what it wrote after it. */
async function readings(
  database: TestDatabase,
  pairs: readonly Read[],
  parseInt8: boolean,
): Promise<readonly (readonly unknown[])[]> {
  const options = { parseInt8 } as object;
  const written = Object.fromEntries(pairs.map(({ value }, index) => [`c${index}`, value]));
  const read = async (dataSource: DataSource) => {
    const rows = await dataSource.getRepository('alike').find({ order: { id: 'ASC' } });
    return rows.map((row) => pairs.map((_pair, index) => row[`c${index}`] as unknown));
  };
  const old = await plainDataSource(database, {
    entities: [entityOf(pairs, 'from')],
    ...options,
  }).initialize();
  try {
    await old.synchronize();
    await old.getRepository('alike').insert({ id: 1, ...written });
    const [first = []] = await read(old);
    for (const [index, { to }] of pairs.entries())
      await old.query(`ALTER TABLE alike ALTER c${index} TYPE ${typeOf(to)} USING c${index}::${typeOf(to)}`);
    await old.getRepository('alike').insert({ id: 2, ...without(pairs, written) });
    const next = await plainDataSource(database, {
      entities: [entityOf(pairs, 'to')],
      ...options,
    }).initialize();
    try {
      return [first, ...(await read(old)), ...(await read(next))];
    } finally {
      await next.destroy();
    }
  } finally {
    await old.destroy();
  }
}

/** Values of types that differ may be refused. */
function without(pairs: readonly Read[], written: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(written).filter(([name]) => pairs[Number(name.slice(1))]?.isAlike),
  );
}

onDatabase('postgres', 'Value of a column that gets another type', (database) => {
  // The option sets a default of the driver, so the last one stays for other tests of the process.
  for (const [parsesInt8, pairs] of [
    [true, PARSED],
    [false, PAIRS],
  ] as const)
    it(`is the same for both releases exactly where a swap is planned, ${parsesInt8 ? 'with' : 'without'} parseInt8`, async () => {
      const [first = [], ...later] = await readings(database(), pairs, parsesInt8);
      for (const [index, { from, to, isAlike }] of pairs.entries()) {
        const pair = `${typeOf(from)} to ${typeOf(to)}`;
        const seen = later.map((row) => row[index]).filter((value) => value !== null);
        const isSame = seen.every((value) => isDeepStrictEqual(value, first[index]));
        const readers = { parsesInt8, readsNumbers: parsesInt8 || from.transformer !== undefined };
        expect(isSame, `${pair}: ${JSON.stringify([first[index], ...seen])}`).to.equal(isAlike);
        expect(alikeTypes(typeOf(from), typeOf(to), readers) !== undefined, pair).to.equal(isAlike);
      }
    });

  it('has more zeros behind the point where only the scale grows, which a warning tells', async () => {
    const numeric = (scale: number): Column => ({ type: 'numeric', precision: scale + 8, scale });
    const pair: Read = { from: numeric(2), to: numeric(4), value: '1.5', isAlike: true };
    const [first = [], ...later] = await readings(database(), [pair], false);
    expect([first, ...later]).to.deep.equal([['1.50'], ['1.5000'], ['1.5000'], ['1.5000'], ['1.5000']]);
    const readers = { parsesInt8: false, readsNumbers: false };
    expect(alikeTypes('numeric(10,2)', 'numeric(12,4)', readers)?.limit).to.equal(
      'a value has 4 decimals from the swap on: the driver gives 1.0000 in place of 1.00',
    );
    for (const [from, to] of [
      ['numeric(10,4)', 'numeric(10,2)'],
      ['numeric(10,2)', 'numeric(10,4)'],
      ['numeric', 'numeric(10,2)'],
    ] as const)
      expect(alikeTypes(from, to, readers), `${from} to ${to}`).to.equal(undefined);
  });
});
