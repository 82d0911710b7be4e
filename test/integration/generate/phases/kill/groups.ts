import type { EntitySchema } from 'typeorm';
import type { DialectName } from '../../../../../src/databases/registry.js';
import { entity, type Columns, type Rest } from '../../../drift/no-false-alarm-database.js';
import type { Pair } from '../phased-world.js';

/** A change whose group is killed at every statement, and rows from before it. */
export interface KilledGroup extends Pair {
  readonly rows: readonly string[];
  /** The databases that it is for; default both. */
  readonly dialects?: readonly DialectName[];
}

const TEXT = { type: 'text' } as const;
const NUMBER = { type: 'integer' } as const;

function job(columns: Columns, rest: Rest = {}): EntitySchema {
  return entity('job', columns, { tableName: 'job', ...rest });
}

function log(rest: Rest = {}): EntitySchema {
  return entity('log', { job: { ...NUMBER, nullable: true } }, { tableName: 'log', ...rest });
}

function state(...values: readonly string[]): Columns {
  return { st: { type: 'simple-enum', enum: [...values] } };
}

const CHECK = { checks: [{ name: 'ck', expression: "st <> 'new' OR id > 0" }] };
const INDEX = { indices: [{ name: 'ix', columns: ['st'] }] };

const REFERENCE = {
  foreignKeys: [{ name: 'fk', target: 'job', columnNames: ['job'], referencedColumnNames: ['id'] }],
};

/** TypeORM reads a bigint as text. */
const AS_NUMBER = {
  to: (value: unknown) => value,
  from: (value: unknown) => (typeof value === 'string' ? Number(value) : value),
};

/** A numbered table where it says so, and one that refers to it. */
function keyed(type: 'integer' | 'bigint', isNumbered: boolean): readonly EntitySchema[] {
  const numbered = isNumbered ? ({ generated: 'increment' } as const) : {};
  return [
    job({ id: { type, primary: true, transformer: AS_NUMBER, ...numbered }, name: TEXT }),
    entity(
      'log',
      { job: { type, nullable: true, transformer: AS_NUMBER } },
      { tableName: 'log', indices: [{ name: 'ix', columns: ['job'] }], ...REFERENCE },
    ),
  ];
}

/** A table under one of its names, with a key by which it is upserted, and one that refers to it. */
function named(tableName: string, key: string): readonly EntitySchema[] {
  const indices = [{ name: 'ix', columns: ['n'] }];
  return [job({ [key]: { ...TEXT, unique: true }, n: NUMBER }, { tableName, indices }), log(REFERENCE)];
}

const NAMED = [
  "INSERT INTO job (id, task, n) VALUES (1, 'a', 1), (2, 'b', 2)",
  'INSERT INTO log (id, job) VALUES (1, 1)',
];
const KEYED = [
  "INSERT INTO job (id, name) VALUES (1, 'a'), (2, 'b')",
  'INSERT INTO log (id, job) VALUES (1, 1), (2, NULL)',
];

/** Every kind of change that has phases; another one is one more entry. */
export const GROUPS: Readonly<Record<string, KilledGroup>> = {
  'a renamed column': {
    before: [job({ task: TEXT, n: NUMBER }, { indices: [{ name: 'ix', columns: ['task', 'n'] }] })],
    after: [job({ descr: TEXT, n: NUMBER }, { indices: [{ name: 'ix', columns: ['descr', 'n'] }] })],
    words: { renames: ['job.task:descr'] },
    rows: ["INSERT INTO job (id, task, n) VALUES (1, 'a', 1), (2, 'b', 2)"],
  },
  'required columns': {
    before: [job({ name: { ...TEXT, nullable: true } })],
    after: [job({ name: TEXT, rank: NUMBER })],
    words: { backfills: ["job.name='none'", 'job.rank=id + 1'] },
    rows: ["INSERT INTO job (id, name) VALUES (1, 'a'), (2, NULL)"],
  },
  'constraints of other rows': {
    before: [job({ name: TEXT }), log()],
    after: [
      job(
        { name: TEXT },
        { uniques: [{ name: 'uq', columns: ['name'] }], checks: [{ name: 'ck', expression: 'id > 0' }] },
      ),
      log(REFERENCE),
    ],
    rows: ["INSERT INTO job (id, name) VALUES (1, 'a'), (2, 'b')", 'INSERT INTO log (id, job) VALUES (1, 1)'],
  },
  'a dropped column and a dropped table': {
    before: [job({ name: TEXT, old: TEXT }, { indices: [{ name: 'ix', columns: ['old'] }] }), log(REFERENCE)],
    after: [job({ name: TEXT, fresh: { ...TEXT, nullable: true } })],
    words: { drops: ['job.old', 'log'], backfills: ["job.old='gone'"] },
    rows: ["INSERT INTO job (id, name, old) VALUES (1, 'a', 'x')", 'INSERT INTO log (id, job) VALUES (1, 1)'],
  },
  'a renamed value': {
    before: [job(state('new', 'queued'), INDEX)],
    after: [job(state('new', 'waiting'), INDEX)],
    words: { renames: ['job.st.queued:waiting'] },
    rows: ["INSERT INTO job (id, st) VALUES (1, 'queued'), (2, 'new'), (3, 'queued')"],
  },
  'a value that goes, and another order': {
    before: [job(state('new', 'queued', 'done'), CHECK)],
    after: [job(state('done', 'new'), CHECK)],
    words: { renames: ['job.st.queued:done'] },
    rows: ["INSERT INTO job (id, st) VALUES (1, 'queued'), (2, 'new'), (3, 'done')"],
  },
  'a renamed table': {
    before: named('job', 'task'),
    after: named('chore', 'task'),
    words: { renamedTables: ['job:chore'] },
    rows: NAMED,
  },
  'a renamed table with a renamed column': {
    before: named('job', 'task'),
    after: named('chore', 'descr'),
    words: { renamedTables: ['job:chore'], renames: ['chore.task:descr'] },
    rows: NAMED,
  },
  'a renamed table with a renamed column that it is upserted by': {
    before: named('job', 'task'),
    after: named('chore', 'descr'),
    words: { renamedTables: ['job:chore'], renames: ['chore.task:descr'], upserts: ['chore.descr'] },
    rows: NAMED,
  },
  'a renamed column that its table is upserted by': {
    before: named('job', 'task'),
    after: named('job', 'descr'),
    words: { renames: ['job.task:descr'], upserts: ['job.descr'] },
    rows: NAMED,
  },
  'a key of another type, with what refers to it': {
    before: keyed('integer', false),
    after: keyed('bigint', false),
    rows: KEYED,
  },
  'a numbered key of another type, with what refers to it': {
    before: keyed('integer', true),
    after: keyed('bigint', true),
    rows: KEYED,
    dialects: ['postgres'],
  },
  'a wider number': {
    before: [job({ n: { type: 'smallint', default: 3 } }, { indices: [{ name: 'ix', columns: ['n'] }] })],
    after: [job({ n: { type: 'integer', default: 3 } }, { indices: [{ name: 'ix', columns: ['n'] }] })],
    rows: ['INSERT INTO job (id, n) VALUES (1, 7)', 'INSERT INTO job (id) VALUES (2)'],
  },
  'json that becomes jsonb': {
    before: [job({ doc: { type: 'json', nullable: true } })],
    after: [job({ doc: { type: 'jsonb', nullable: true } })],
    rows: [`INSERT INTO job (id, doc) VALUES (1, '{"b": 1, "a": [2]}'), (2, NULL)`],
    dialects: ['postgres'],
  },
};
