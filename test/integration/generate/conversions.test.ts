import { expect } from 'chai';
import type { EntitySchemaColumnOptions } from 'typeorm';
import type { DialectName } from '../../../src/databases/registry.js';
import { UnconfirmedChangesError } from '../../../src/errors/generate.js';
import { RevisionFailedError } from '../../../src/errors/migration.js';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from '../../../src/generate/confirm/confirmations.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { failureOf } from '../../support/failures.js';
import { entity, type Rest } from '../drift/no-false-alarm-database.js';
import { runPair } from './property/pairs.js';
import { generateBoth, onRealDatabase, type Entities } from './property/run.js';

type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;

function job(columns: Columns, rest: Rest = {}): Entities {
  return [entity('job', columns, { tableName: 'job', ...rest })];
}

function note(
  type:
    'text' | 'double precision' | 'date' | 'datetime' | 'integer' | 'uuid' | 'boolean' | 'bigint' | 'money',
): Columns {
  return { note: { type, nullable: true } };
}

const TO_UUID = `CAST(lpad(to_hex(note), 32, '0') AS uuid)`;
const FROM_UUID = `CAST(CAST('x' || right(CAST(note AS text), 8) AS bit(32)) AS integer)`;
const ANYHOW = { allowRewrite: true };

interface Asked extends Partial<ConfirmationOptions> {
  readonly dialects?: readonly DialectName[];
}

async function unconfirmed(
  before: Entities,
  after: Entities,
  { dialects = ['postgres'], ...words }: Asked = {},
): Promise<readonly string[]> {
  try {
    await generateBoth({ before, after, words: { ...NO_CONFIRMATIONS, ...words }, dialects });
  } catch (error) {
    if (error instanceof UnconfirmedChangesError) return error.lines.slice(1);
    throw error;
  }
  return [];
}

describe('A change of type that takes a part of the values', function () {
  this.timeout(120_000);

  const LOSSES = [
    ['double precision', 'integer', 'values are rounded'],
    ['datetime', 'date', 'the time of day is lost'],
    ['integer', 'boolean', 'every value but 0 becomes true'],
    ['bigint', 'double precision', 'values above 2^53 are rounded'],
  ] as const;

  for (const [from, to, loss] of LOSSES)
    it(`A change of type that takes a part of the values is asked for on SQLite too: ${from} to ${to}`, async () => {
      const [before, after] = [job(note(from)), job(note(to))];
      expect(await unconfirmed(before, after, { dialects: ['sqlite'] })).to.deep.equal([
        `job.note: type ${from} becomes ${to}: ${loss}. Option: --allow-rewrite.`,
      ]);
      expect(await unconfirmed(before, after, { ...ANYHOW, dialects: ['sqlite'] })).to.deep.equal([]);
    });

  it('A change of type that takes a part of the values is one question for both databases', async () => {
    const lines = await unconfirmed(job(note('double precision')), job(note('integer')), {
      dialects: ['postgres', 'sqlite'],
    });
    expect(lines).to.deep.equal([
      'job.note: type double precision becomes integer: the table is rewritten and locked; values are rounded. Option: --allow-rewrite.',
    ]);
  });
});

function sqlitePair(pair: {
  readonly before: Entities;
  readonly after: Entities;
}): ReturnType<typeof generateBoth> {
  return generateBoth({ ...pair, words: { ...NO_CONFIRMATIONS, ...ANYHOW }, dialects: ['sqlite'] });
}

describe('A type to which PostgreSQL has no cast', function () {
  this.timeout(120_000);

  it('A type change without a cast requires an expression in both directions', async () => {
    expect(await unconfirmed(job(note('integer')), job(note('uuid')), ANYHOW)).to.deep.equal([
      'job.note: type integer becomes uuid, for which PostgreSQL has no cast. Option: --using "job.note=<expression>".',
      'job.note: on `down`, type uuid becomes integer, for which PostgreSQL has no cast. Option: --using-down "job.note=<expression>".',
    ]);
  });

  it('A type change requires an expression for down alone where only that direction has no cast', async () => {
    const lines = await unconfirmed(job(note('boolean')), job(note('bigint')), {
      usings: ['job.note=CASE WHEN note THEN 1 ELSE 0 END'],
      ...ANYHOW,
    });
    expect(lines).to.deep.equal([
      'job.note: on `down`, type bigint becomes boolean, for which PostgreSQL has no cast. Option: --using-down "job.note=<expression>".',
    ]);
  });

  it('A type change with an expression also requires --allow-rewrite', async () => {
    const usings = [`job.note=length(note)`];
    expect(await unconfirmed(job(note('text')), job(note('integer')), { usings })).to.deep.equal([
      'job.note: type text becomes integer with an expression: the table is rewritten and locked. Option: --allow-rewrite.',
    ]);
  });

  for (const [title, before, after, words] of [
    [
      'an integer that becomes a uuid',
      note('integer'),
      note('uuid'),
      { usings: [`job.note=${TO_UUID}`], usingsDown: [`job.note=${FROM_UUID}`] },
    ],
    [
      'a boolean that becomes a bigint',
      note('boolean'),
      note('bigint'),
      { usings: ['job.note=CASE WHEN note THEN 1 ELSE 0 END'], usingsDown: ['job.note=note <> 0'] },
    ],
    ['a text that becomes its length', note('text'), note('integer'), { usings: ['job.note=length(note)'] }],
    [
      'money that becomes an integer',
      note('money'),
      note('integer'),
      { usings: ['job.note=note::numeric::integer'], usingsDown: ['job.note=note::money'] },
    ],
  ] as const)
    it(`A conversion passes verification for ${title}`, async () => {
      const pair = {
        before: job(before),
        after: job(after),
        words: { ...NO_CONFIRMATIONS, ...words, ...ANYHOW },
      };
      await runPair({ ...pair, dialects: ['postgres'], preserved: [] });
    });

  it('A serial key that becomes a uuid passes verification with its foreign keys', async () => {
    const rest = (target: string): Rest => ({
      foreignKeys: [{ name: 'fk_task_job', target, columnNames: ['job_id'], referencedColumnNames: ['id'] }],
    });
    const task = (type: 'integer' | 'uuid') =>
      entity('task', { job_id: { type, nullable: true } }, { tableName: 'task', ...rest('job') });
    const before = [
      ...job({ id: { type: 'integer', primary: true, generated: 'increment' } }),
      task('integer'),
    ];
    const after = [
      ...job({ id: { type: 'uuid', primary: true, default: () => 'gen_random_uuid()' } }),
      task('uuid'),
    ];
    const words = {
      ...NO_CONFIRMATIONS,
      ...ANYHOW,
      usings: [`job.id=${TO_UUID.replace('note', 'id')}`, `task.job_id=${TO_UUID.replace('note', 'job_id')}`],
      usingsDown: [
        `job.id=${FROM_UUID.replace('note', 'id')}`,
        `task.job_id=${FROM_UUID.replace('note', 'job_id')}`,
      ],
    };
    const { first, next } = await generateBoth({ before, after, words, dialects: ['postgres'] });
    await onRealDatabase(
      'postgres',
      { entities: after, migrations: [...first, ...next] },
      async (dataSource) => {
        const target = first.at(-1)?.name ?? '';
        await migrateUp(dataSource, { target });
        await dataSource.query('INSERT INTO job DEFAULT VALUES');
        await dataSource.query('INSERT INTO job DEFAULT VALUES');
        await dataSource.query('INSERT INTO task (id, job_id) VALUES (1, 2)');
        await migrateUp(dataSource);
        expect(await dataSource.query('SELECT j.id FROM task t JOIN job j ON j.id = t.job_id')).to.deep.equal(
          [{ id: '00000000-0000-0000-0000-000000000002' }],
        );
        await dataSource.query('INSERT INTO job DEFAULT VALUES');
        await dataSource.query('DELETE FROM job WHERE id::text NOT LIKE $1', ['00000000-0000-%']);
        await migrateDown(dataSource, { target });
        const rows = await dataSource.query<readonly unknown[]>(
          'INSERT INTO job DEFAULT VALUES RETURNING id, (SELECT job_id FROM task)',
        );
        expect(rows).to.deep.equal([{ id: 3, job_id: 2 }]);
      },
    );
  });

  it('SQLite converts the values by the same expression where it can run that', async () => {
    const pair = { before: job(note('text')), after: job(note('integer')) };
    const words = { ...NO_CONFIRMATIONS, ...ANYHOW, usings: ['job.note=length(note)'] };
    const { first, next, generated } = await generateBoth({
      ...pair,
      words,
      dialects: ['postgres', 'sqlite'],
    });
    expect(generated.warnings).to.deep.equal([]);
    await onRealDatabase(
      'sqlite',
      { entities: pair.after, migrations: [...first, ...next] },
      async (dataSource) => {
        await migrateUp(dataSource, { target: first.at(-1)?.name ?? '' });
        await dataSource.query(`INSERT INTO job (id, note) VALUES (1, 'abc')`);
        await migrateUp(dataSource);
        expect(await dataSource.query('SELECT note FROM job')).to.deep.equal([{ note: 3 }]);
      },
    );
  });

  for (const [type, good, value, words] of [
    ['integer', '12', 12, 'an integer'],
    ['boolean', 'yes', 1, 'a boolean'],
    ['double precision', '1.5', 1.5, 'a number'],
    ['date', '2026-11-29', '2026-11-29', 'a date'],
    ['datetime', '2026-11-29 10:00:00', '2026-11-29 10:00:00', 'a time'],
  ] as const)
    it(`SQLite fails at a text that is not of type ${type}, as PostgreSQL does, and keeps the column`, async () => {
      const pair = { before: job(note('text')), after: job(note(type)) };
      const { first, next } = await sqlitePair(pair);
      const migrations = [...first, ...next];
      await onRealDatabase('sqlite', { entities: pair.after, migrations }, async (dataSource) => {
        const rows = () => dataSource.query('SELECT note FROM job ORDER BY id');
        await migrateUp(dataSource, { target: first.at(-1)?.name ?? '' });
        await dataSource.query(`INSERT INTO job (id, note) VALUES (1, '${good}'), (2, 'abc'), (3, NULL)`);
        const failure = await failureOf(migrateUp(dataSource));
        expect(failure).to.be.instanceOf(RevisionFailedError);
        expect(failure.message).to.include(`job.note has a value that is not ${words}`);
        expect(await rows()).to.deep.equal([{ note: good }, { note: 'abc' }, { note: null }]);
        await dataSource.query('DELETE FROM job WHERE id = 2');
        await migrateUp(dataSource);
        expect(await rows()).to.deep.equal([{ note: value }, { note: null }]);
      });
    });

  it('The generator warns where SQLite cannot run the expression', async () => {
    const words = { ...NO_CONFIRMATIONS, ...ANYHOW, usings: ['job.note=char_length(note)::integer'] };
    const { generated } = await generateBoth({
      ...{ before: job(note('text')), after: job(note('integer')), words },
      dialects: ['postgres', 'sqlite'],
    });
    expect(generated.warnings).to.have.length(1);
    expect(generated.warnings[0]).to.match(
      /^job\.note: SQLite cannot run the expression of --using \(.*unrecognized token: ":"\)\. The SQLite part of the revision converts the values by the rules of SQLite instead$/,
    );
  });
});
