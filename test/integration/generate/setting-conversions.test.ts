import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { EntitySchemaColumnOptions } from 'typeorm';
import { UnconfirmedChangesError, type UnconfirmedChange } from '../../../src/errors/generate.js';
import { settingConversions } from '../../../src/databases/postgres/plan/setting-conversions.js';
import { PostgresNames } from '../../../src/databases/postgres/plan/sql.js';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from '../../../src/generate/confirm/confirmations.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import type { Change } from '../../../src/schema/change.js';
import type { ColumnModel } from '../../../src/schema/model.js';
import { ANYHOW, job } from './case.js';
import { generateBoth, onRealDatabase, type History } from './property/run.js';

type Column = EntitySchemaColumnOptions;

const TEXT = { type: 'text', nullable: true } as const;
const pair = (before: Column, after: Column, words: Partial<ConfirmationOptions> = {}) => ({
  before: job({ value: { ...before, nullable: true } }),
  after: job({ value: { ...after, nullable: true } }),
  words: { ...NO_CONFIRMATIONS, ...ANYHOW, ...words },
  dialects: ['postgres'] as const,
});

async function unconfirmed(before: Column, after: Column): Promise<UnconfirmedChangesError> {
  try {
    await generateBoth(pair(before, after));
  } catch (error) {
    if (error instanceof UnconfirmedChangesError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

/** The first way out of each change after a shell has read it, copied as it is printed. */
async function copied(changes: readonly UnconfirmedChange[]): Promise<Partial<ConfirmationOptions>> {
  const options = changes.map(({ remedies }) => remedies[0] ?? '').join(' ');
  const { stdout } = await promisify(execFile)('sh', ['-c', `printf '%s\\0' ${options}`]);
  const words = stdout.split('\0').slice(0, -1);
  const after = (option: string) => words.filter((_, index) => words[index - 1] === option);
  return { usings: after('--using'), usingsDown: after('--using-down') };
}

/** The value after up and after down, in a database with settings of its own. */
async function thereAndBack(
  { first, next }: History,
  value: string,
  settings: readonly string[],
): Promise<readonly unknown[]> {
  return onRealDatabase('postgres', { entities: [], migrations: [...first, ...next] }, async (dataSource) => {
    for (const setting of settings)
      await dataSource.query(
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET ${setting}', current_database()); END $$`,
      );
    await dataSource.destroy();
    await dataSource.initialize();
    const target = first.at(-1)?.name ?? '';
    await migrateUp(dataSource, { target });
    await dataSource.query(`INSERT INTO job (id, value) VALUES (1, ${value})`);
    const read = async () => {
      const [row] = await dataSource.query<readonly { readonly value: unknown }[]>(
        `SELECT to_jsonb(job) -> 'value' AS value FROM job`,
      );
      return row?.value;
    };
    await migrateUp(dataSource);
    const up = await read();
    await migrateDown(dataSource, { target });
    return [up, await read()];
  });
}

const ODD = [
  "datestyle = ''SQL, DMY''",
  "timezone = ''America/New_York''",
  "intervalstyle = ''sql_standard''",
  "bytea_output = ''escape''",
];

const READ_DATE =
  'the reading of the text depends on the setting DateStyle, which decides whether 01/02/2026 is January 2 or February 1. In the expression, replace the format with the format of your texts';

describe('A conversion that depends on a setting of the session', function () {
  this.timeout(120_000);

  it('The generator refuses a conversion that depends on a setting, by column, setting and expression', async () => {
    const { lines } = await unconfirmed(TEXT, { type: 'date' });
    expect(lines.slice(1)).to.deep.equal([
      `job.value: type text becomes date: ${READ_DATE}. Options: --using "job.value=pg_catalog.to_date(value, 'YYYY-MM-DD')" or --using "job.value=<expression>".`,
      `job.value: on \`down\`, type date becomes text: the text that PostgreSQL writes for a value depends on the setting DateStyle. Options: --using-down "job.value=pg_catalog.to_char(value, 'YYYY-MM-DD')" or --using-down "job.value=<expression>".`,
    ]);
  });

  for (const [from, to, value, expected, back] of [
    ['text', 'date', "'2026-02-01'", '2026-02-01', '2026-02-01'],
    [
      'varchar',
      'timestamp',
      "'2026-02-01 12:00:00.5'",
      '2026-02-01T12:00:00.5',
      '2026-02-01 12:00:00.500000',
    ],
    [
      'text',
      'timestamptz',
      "'2026-02-01 12:00:00'",
      '2026-02-01T07:00:00-05:00',
      '2026-02-01 12:00:00.000000',
    ],
    ['varchar', 'time', "'12:30:01'", '12:30:01', '12:30:01'],
    ['text', 'timetz', "'12:30:01'", '12:30:01+00', '12:30:01+00'],
    ['text', 'interval', "'1 day 02:00'", '1 2:00:00', '1 day 02:00:00'],
    ['numeric', 'money', '7.25', '$7.25', 7.25],
    ['text', 'money', "'7.25'", '$7.25', '7.25'],
    ['bytea', 'text', String.raw`'\x00ff'`, String.raw`\x00ff`, String.raw`\000\377`],
    ['date', 'text', "'2026-02-01'", '2026-02-01', '2026-02-01'],
  ] as const)
    it(`The generator refuses a conversion from ${from} to ${to}, and the printed expression converts it`, async () => {
      const { changes } = await unconfirmed({ type: from }, { type: to });
      expect(changes.map(({ kind }) => kind))
        .to.include('conversion')
        .and.not.include('time-zone');
      const history = await generateBoth(pair({ type: from }, { type: to }, await copied(changes)));
      expect(await thereAndBack(history, value, ODD)).to.deep.equal([expected, back]);
    });

  it('A conversion loses no digit of a number, whatever the database has set', async () => {
    const history = await generateBoth(pair({ type: 'double precision' }, { type: 'text' }));
    const [up] = await thereAndBack(history, '0.1::float8 + 0.2::float8', ['extra_float_digits = -15']);
    expect(up).to.equal('0.30000000000000004');
  });

  /** A setting with another value in the database: what a generated revision has, or null for that of the database. */
  const DECIDED: Readonly<Record<string, readonly [there: string, inRevision: string | null]>> = {
    TimeZone: ["''America/New_York''", 'UTC'],
    DateStyle: ["''SQL, DMY''", 'ISO, MDY'],
    IntervalStyle: ["''sql_standard''", 'postgres'],
    extra_float_digits: ['-15', '1'],
    bytea_output: ["''escape''", 'hex'],
    xmlbinary: ["''hex''", 'base64'],
    xmloption: ["''document''", 'content'],
    array_nulls: ['off', 'on'],
    transform_null_equals: ['on', 'off'],
    backslash_quote: ['on', 'safe_encoding'],
    standard_conforming_strings: ['off', 'on'],
    lc_monetary: ["''POSIX''", 'C'],
    lc_numeric: ["''POSIX''", null],
    lc_time: ["''POSIX''", null],
    default_text_search_config: ["''pg_catalog.german''", null],
  };

  it('A conversion runs under settings that are each decided', async () => {
    const value = Object.keys(DECIDED).map((name) => `current_setting('${name}')`);
    const words = { usings: [`job.value=concat_ws(';', ${value.join(', ')})`], usingsDown: ['job.value=1'] };
    const history = await generateBoth(pair({ type: 'integer' }, { type: 'text' }, words));
    const settings = Object.entries(DECIDED).map(([name, [there]]) => `${name} = ${there}`);
    const [up] = await thereAndBack(history, '1', settings);
    const expected = Object.values(DECIDED).map(([there, own]) => own ?? there.replaceAll("'", ''));
    expect(String(up).split(';')).to.deep.equal(expected);
  });

  it('A conversion of money runs under lc_monetary of the database, and what follows does not', async () => {
    const words = {
      usings: [`job.value=current_setting('lc_monetary')`],
      usingsDown: [
        `job.value=CASE current_setting('lc_monetary') WHEN 'POSIX' THEN '7.25' ELSE '1' END::money`,
      ],
    };
    const history = await generateBoth(pair({ type: 'money' }, { type: 'text', default: 'x' }, words));
    const seen = await thereAndBack(history, "'1.25'::money", ["lc_monetary = ''POSIX''"]);
    expect(seen).to.deep.equal(['POSIX', '$7.25']);
  });

  it('A conversion uses the format of the texts, in up and down', async () => {
    const words = { usings: [`job.value=pg_catalog.to_date(value, 'DD/MM/YYYY')`] };
    const back = { usingsDown: [`job.value=pg_catalog.to_char(value, 'DD/MM/YYYY')`] };
    const history = await generateBoth(pair(TEXT, { type: 'date' }, { ...words, ...back }));
    const seen = await thereAndBack(history, "'01/02/2026'", ["datestyle = ''SQL, MDY''"]);
    expect(seen).to.deep.equal(['2026-02-01', '01/02/2026']);
  });

  it('The generator refuses a conversion for a list, a range, an enumerated type and a type of a domain', async () => {
    const refused = async (before: Column, after: Column) => {
      const { changes } = await unconfirmed(before, after);
      const words = changes.filter(({ kind }) => kind === 'conversion').map(({ remedies }) => remedies[0]);
      return words[0];
    };
    const list = { array: true, nullable: true };
    expect([
      await refused({ type: 'text', ...list }, { type: 'date', ...list }),
      await refused({ type: 'text' }, { type: 'daterange' }),
      await refused({ type: 'enum', enum: ['2026-02-01'] }, { type: 'date' }),
    ]).to.deep.equal([
      '--using "job.value=value::date[]"',
      '--using "job.value=value::daterange"',
      `--using "job.value=pg_catalog.to_date(value::text, 'YYYY-MM-DD')"`,
    ]);
  });

  it('The generator refuses a conversion of a domain by its base type', async () => {
    await onRealDatabase('postgres', { entities: [], migrations: [] }, async (dataSource) => {
      await dataSource.query('CREATE DOMAIN "words" AS varchar(20)');
      await dataSource.query('CREATE DOMAIN "more words" AS "words"');
      await dataSource.query('CREATE DOMAIN "moment" AS timestamp');
      const asked = [
        ['"more words"', 'date'],
        ['moment', 'timestamp with time zone'],
        ['"more words"', 'text'],
        ['"more words"[]', 'date[]'],
        ['nothing', 'date'],
      ] as const;
      const found = await settingConversions(dataSource, asked.map(retyped), new PostgresNames('public'));
      expect(
        found
          .filter(({ direction }) => direction === 'up')
          .map((one) => [one.from, one.setting, one.expression]),
      ).to.deep.equal([
        ['"more words"', 'DateStyle', `pg_catalog.to_date("Vàlue", 'YYYY-MM-DD')`],
        ['moment', 'TimeZone', `"Vàlue"::timestamp AT TIME ZONE 'UTC'`],
        ['"more words"[]', 'DateStyle', '"Vàlue"::date[]'],
      ]);
    });
  });

  for (const [from, to] of [
    ['text', 'integer'],
    ['integer', 'text'],
    ['date', 'timestamp'],
    ['varchar', 'uuid'],
    ['text', 'jsonb'],
  ] as const)
    it(`The generator accepts a conversion from ${from} to ${to}, which depends on no setting`, async () => {
      const { generated } = await generateBoth(pair({ type: from }, { type: to }));
      expect(generated.revisions).to.have.length(1);
    });
});

const COLUMN: Omit<ColumnModel, 'type'> = {
  name: 'Vàlue',
  nullable: true,
  default: null,
  identity: null,
  generated: null,
  storage: null,
  collation: null,
  comment: null,
};

function retyped([from, to]: readonly [string, string]): Change {
  const column = { ...COLUMN, type: from };
  return {
    kind: 'alter-column',
    table: 'job',
    object: 'Vàlue',
    aspects: ['type'],
    live: column,
    desired: { ...column, type: to },
  };
}
