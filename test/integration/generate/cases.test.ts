import { expect } from 'chai';
import type { EntitySchemaColumnOptions } from 'typeorm';
import { NO_WORDS, type GenerateWords } from '../../../src/generate/said.js';
import { entity, type Rest } from '../drift/no-false-alarm-database.js';
import { runPair } from './property/pairs.js';
import type { Entities } from './property/run.js';

type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;

/** What changes, what it was, what it becomes, and what is said of it. */
type Case = readonly [what: string, before: Entities, after: Entities, words?: Partial<GenerateWords>];

const KEY: Columns = { id: { type: 'integer', primary: true } };
const NUMBER: EntitySchemaColumnOptions = { type: 'integer', nullable: true };
const REQUIRED: EntitySchemaColumnOptions = { type: 'integer' };
const TEXT: EntitySchemaColumnOptions = { type: 'text', nullable: true };
const STATES = { type: 'simple-enum', enum: ['A', 'B', 'C'], default: 'A' } as const;
const SHARED = { ...STATES, enumName: 'mood' } as const;
const RENAMED = { ...SHARED, enum: ['A', 'X', 'C'] } as const;
const LONG = 'n'.repeat(62);
const ANYHOW = { allowRewrite: true };

/** A table, with a key unless it has one. */
function table(name: string, columns: Columns, rest?: Rest): Entities {
  const hasKey = Object.values(columns).some(({ primary }) => primary);
  return [entity(name, { ...(hasKey ? {} : KEY), ...columns }, { tableName: name, ...rest })];
}

function job(columns: Columns, rest?: Rest): Entities {
  return table('job', columns, rest);
}

function computed(asExpression: string, type: 'integer' | 'text' = 'integer'): EntitySchemaColumnOptions {
  return { type, nullable: true, asExpression, generatedType: 'STORED' };
}

function unique(...columns: string[]): Rest {
  return { uniques: [{ name: 'uq', columns }] };
}

function index(columns: string[], where?: string, isUnique = false): Rest {
  return { indices: [{ name: 'ix', columns, unique: isUnique, ...(where === undefined ? {} : { where }) }] };
}

function check(expression: string): Rest {
  return { checks: [{ name: 'ck', expression }] };
}

function to(target: string, column: string, key: string): Rest {
  return {
    foreignKeys: [{ name: 'fk', target, columnNames: [column], referencedColumnNames: [key] }],
  };
}

const ENUM_USES = { ...index(['id'], `"state" = 'A'`), ...check(`"state" <> 'C' OR "id" IS NOT NULL`) };
const COMPUTED_NOW = { n: computed('length("note")'), note: TEXT };
const PAIR: Columns = { code: { type: 'varchar', length: 9, primary: true } };
const BOSS = { code: NUMBER, boss: NUMBER };

const CASES: readonly Case[] = [
  ['a unique constraint of the columns of the key', job({}), job({}, unique('id'))],
  [
    'a type and a default at once',
    job({ n: { type: 'text', default: 'none' } }),
    job({ n: { type: 'bigint', default: 0 } }),
    ANYHOW,
  ],
  [
    'a type and a default at once, the other way',
    job({ n: { type: 'bigint', default: 0 } }),
    job({ n: { type: 'text', default: 'none' } }),
    ANYHOW,
  ],
  [
    'a check of a column with another type',
    job({ 'say "hi"': NUMBER }, check('"say ""hi""" > 0 OR true')),
    job({ 'say "hi"': TEXT }, check('length("say ""hi""") >= 0 OR true')),
    ANYHOW,
  ],
  [
    'a partial index of a column with another type',
    job({ n: NUMBER }, index(['id'], '"n" > 0')),
    job({ n: TEXT }, index(['id'], `"n" <> 'x'`)),
    ANYHOW,
  ],
  [
    'a computed column of one with another type',
    job({ n: NUMBER, twice: computed('"n" * 2') }, index(['twice'])),
    job({ n: { type: 'bigint', nullable: true }, twice: computed('"n" * 2') }, index(['twice'])),
    ANYHOW,
  ],
  [
    'a computed column and what it is computed from',
    job({}),
    job({ a: computed('"b" + 1'), b: NUMBER }),
    ANYHOW,
  ],
  [
    'a computed column that goes with what it is computed from',
    job({ a: computed('"b" + 1'), b: NUMBER }),
    job({}),
    { drops: ['job.a', 'job.b'], ...ANYHOW },
  ],
  [
    'a computed column that is computed from another one, and the first one goes',
    job({ a: computed('"b" + 1'), b: NUMBER, c: NUMBER }),
    job({ a: computed('"c" + 1'), c: NUMBER }),
    { drops: ['job.b'], ...ANYHOW },
  ],
  [
    'a column that is computed from now on, and was required',
    job({ n: { type: 'integer', default: 3 }, note: TEXT }),
    job(COMPUTED_NOW),
    { drops: ['job.n'], backfills: ['job.n=1'], ...ANYHOW },
  ],
  [
    'names that change places',
    job({ a: NUMBER, b: TEXT }),
    job({ b: NUMBER, a: TEXT }),
    { renames: ['job.a:b', 'job.b:a'] },
  ],
  [
    'names that move on',
    job({ a: NUMBER, b: TEXT }),
    job({ b: NUMBER, c: TEXT }),
    { renames: ['job.a:b', 'job.b:c'] },
  ],
  [
    'another name and another type, with an index and a check',
    job({ a: NUMBER }, { ...index(['a']), ...check('"a" > 0 OR true') }),
    job({ b: TEXT }, { ...index(['b']), ...check(`"b" <> 'x' OR true`) }),
    { renames: ['job.a:b'], ...ANYHOW },
  ],
  [
    'a column that goes while an unlike one comes',
    job({ a: NUMBER }),
    job({ b: TEXT }),
    { drops: ['job.a'] },
  ],
  [
    'an enumerated column and a value of it',
    job({ state: STATES }),
    job({ mood: { ...STATES, enum: ['A', 'X', 'C'] } }),
    { renames: ['job.state:mood', 'job.state.B:X'] },
  ],
  [
    'a value that two columns share',
    job({ a: SHARED, b: SHARED }),
    job({ a: RENAMED, b: RENAMED }),
    { renames: ['job.a.B:X', 'job.b.B:X'] },
  ],
  [
    'a table of an enumerated column',
    table('job', { state: STATES }),
    table('task', { state: STATES }),
    { renamedTables: ['job:task'] },
  ],
  [
    'a value that goes, with a partial index and a check on the column',
    job({ state: STATES }, ENUM_USES),
    job({ state: { ...STATES, enum: ['A', 'C'] } }, ENUM_USES),
    ANYHOW,
  ],
  [
    'a value for rows that exist, in a column with spaces in its name',
    job({}),
    job({ 'a b': REQUIRED }),
    { backfills: ['job.a b=7'] },
  ],
  [
    'a value for rows that exist, in a column with quotes in its name',
    job({ 'say "hi"': NUMBER }),
    job({ 'say "hi"': REQUIRED }),
    { backfills: ['job.say "hi"=7'] },
  ],
  [
    'columns with dots in their names',
    job({ 'a.b': NUMBER }, index(['a.b'])),
    job({ 'a.b': REQUIRED }, unique('a.b', 'id')),
    { backfills: ['job.a.b=7'] },
  ],
  [
    'two required columns of a table with a long name',
    table(LONG, {}),
    table(LONG, { a: REQUIRED, b: REQUIRED }),
    { backfills: [`${LONG}.a=1`, `${LONG}.b=2`] },
  ],
  [
    'a required column that goes',
    job({ n: REQUIRED }),
    job({}),
    { drops: ['job.n'], backfills: ['job.n=1'] },
  ],
  [
    'a unique constraint that loses a column which goes',
    job({ a: NUMBER, b: NUMBER }, unique('a', 'b', 'id')),
    job({ b: NUMBER }, unique('b', 'id')),
    { drops: ['job.a'] },
  ],
  [
    'an index that loses a column which goes',
    job({ a: NUMBER, b: NUMBER }, index(['a', 'b'])),
    job({ b: NUMBER }, index(['b'])),
    { drops: ['job.a'] },
  ],
  [
    'a unique constraint that becomes an index of its name',
    job({ a: NUMBER }, { uniques: [{ name: 'ix', columns: ['a', 'id'] }] }),
    job({ a: NUMBER }, index(['a', 'id'], undefined, true)),
  ],
  [
    'a key that becomes composite',
    job({ ...PAIR, n: REQUIRED }),
    job({ ...PAIR, n: { type: 'integer', primary: true } }),
  ],
  [
    'a foreign key to a constraint that becomes an index',
    job(BOSS, { ...unique('code'), ...to('job', 'boss', 'code') }),
    job(BOSS, { ...index(['code'], undefined, true), ...to('job', 'boss', 'code') }),
  ],
  [
    'a foreign key that goes with its key',
    job(BOSS, { ...unique('code'), ...to('job', 'boss', 'code') }),
    job(BOSS),
  ],
  [
    'a foreign key that comes with its key',
    job(BOSS),
    job(BOSS, { ...unique('code'), ...to('job', 'boss', 'code') }),
  ],
  ['a foreign key of a column that is there', job(BOSS), job(BOSS, to('job', 'boss', 'id'))],
  [
    'a foreign key of a column that is there, to a new table',
    job(BOSS),
    [...job(BOSS, to('task', 'boss', 'id')), ...table('task', {})],
  ],
  [
    'a unique constraint of columns that are there',
    job({ n: NUMBER, on: { type: 'boolean', default: true } }),
    job({ n: NUMBER, on: { type: 'boolean', default: true } }, unique('on', 'n')),
  ],
  [
    'another name for an index of a column that is computed from now on',
    job({ n: NUMBER, note: TEXT }, index(['n'])),
    job(COMPUTED_NOW, { indices: [{ name: 'ix2', columns: ['n'] }] }),
    { drops: ['job.n'], ...ANYHOW },
  ],
  ['a check of a column that is there', job({ n: NUMBER }), job({ n: NUMBER }, check('"n" > 1000'))],
  [
    'a new table that refers to a new key',
    job({ code: NUMBER }),
    [...job({ code: NUMBER }, unique('code')), ...table('task', { job: NUMBER }, to('job', 'job', 'code'))],
  ],
];

/** A table whose rows belong to a tenant each, and its foreign keys, which are of one tenant. */
function tenants(name: string, columns: Columns, foreignKeys: Rest['foreignKeys'] = []): Entities {
  const code = { tenant: REQUIRED, code: REQUIRED, ...columns };
  const uniques = [{ name: `uq_${name}`, columns: ['tenant', 'code'] }];
  return table(name, code, { uniques, ...(foreignKeys.length === 0 ? {} : { foreignKeys }) });
}

function ofTenant(name: string, target: string, column: string): NonNullable<Rest['foreignKeys']>[number] {
  return {
    ...{ name, target },
    columnNames: ['tenant', column],
    referencedColumnNames: ['tenant', 'code'],
  };
}

const SELF = ofTenant('fk_self', 'job', 'parent');
const NUMBERED = { type: 'integer', primary: true, generated: 'increment' } as const;
const TENANT_KEY: Columns = { tenant: { type: 'integer', primary: true }, id: NUMBERED };

/** Keys of several columns. */
const COMPOSITE: readonly Case[] = [
  [
    'a foreign key of a tenant to the same table',
    tenants('job', { parent: NUMBER }),
    tenants('job', { parent: NUMBER }, [SELF]),
  ],
  [
    'the same, which every row needs',
    tenants('job', { parent: REQUIRED }),
    tenants('job', { parent: REQUIRED }, [SELF]),
  ],
  [
    'the same, of a tenant that may be none',
    tenants('job', { tenant: NUMBER, parent: NUMBER }),
    tenants('job', { tenant: NUMBER, parent: NUMBER }, [SELF]),
  ],
  [
    'a foreign key to the same table that is there, and a tenant that comes to be one',
    tenants('job', { parent: NUMBER }, [SELF]),
    [...tenants('job', { parent: NUMBER, extra: TEXT }, [SELF]), ...table('tenant', { name: TEXT })],
  ],
  [
    'a required one that is there, and a new column',
    tenants('job', { parent: REQUIRED }, [SELF]),
    tenants('job', { parent: REQUIRED, extra: TEXT }, [SELF]),
  ],
  [
    'a required one that is there, of a tenant that another foreign key is of',
    [
      ...tenants('job', { parent: REQUIRED }, [
        SELF,
        { name: 'fk_tenant', target: 'tenant', columnNames: ['tenant'], referencedColumnNames: ['id'] },
      ]),
      ...table('tenant', {}),
    ],
    [
      ...tenants('job', { parent: REQUIRED, extra: TEXT }, [
        SELF,
        { name: 'fk_tenant', target: 'tenant', columnNames: ['tenant'], referencedColumnNames: ['id'] },
      ]),
      ...table('tenant', {}),
    ],
  ],
  [
    'two tables of a tenant in a circle',
    [...tenants('job', { next: NUMBER }), ...tenants('task', { next: NUMBER })],
    [
      ...tenants('job', { next: NUMBER }, [ofTenant('fk_job', 'task', 'next')]),
      ...tenants('task', { next: NUMBER }, [ofTenant('fk_task', 'job', 'next')]),
    ],
  ],
  [
    'two tables of a tenant in a circle, one of which needs the other',
    [...tenants('job', { next: NUMBER }), ...tenants('task', { next: REQUIRED })],
    [
      ...tenants('job', { next: NUMBER }, [ofTenant('fk_job', 'task', 'next')]),
      ...tenants('task', { next: REQUIRED }, [ofTenant('fk_task', 'job', 'next')]),
    ],
  ],
  [
    'a circle that is there, and a new column',
    [
      ...tenants('job', { next: NUMBER }, [ofTenant('fk_job', 'task', 'next')]),
      ...tenants('task', { next: REQUIRED }, [ofTenant('fk_task', 'job', 'next')]),
    ],
    [
      ...tenants('job', { next: NUMBER, extra: TEXT }, [ofTenant('fk_job', 'task', 'next')]),
      ...tenants('task', { next: REQUIRED }, [ofTenant('fk_task', 'job', 'next')]),
    ],
  ],
  [
    'a chain of tables of a tenant',
    [...tenants('a', {}), ...tenants('b', { a: REQUIRED }), ...tenants('c', { b: REQUIRED, a: NUMBER })],
    [
      ...tenants('a', {}),
      ...tenants('b', { a: REQUIRED }, [ofTenant('fk_b', 'a', 'a')]),
      ...tenants('c', { b: REQUIRED, a: NUMBER }, [ofTenant('fk_c', 'b', 'b'), ofTenant('fk_ca', 'a', 'a')]),
    ],
  ],
  [
    'a numbered column in a composite key, in a new table',
    table('other', {}),
    [...table('other', {}), ...table('job', TENANT_KEY)],
  ],
  [
    'a new column beside a numbered one in a composite key',
    table('job', TENANT_KEY),
    table('job', { ...TENANT_KEY, note: TEXT }),
  ],
  [
    'a foreign key to a composite key with a numbered column',
    [...table('job', TENANT_KEY), ...table('task', { tenant: NUMBER, job: NUMBER })],
    [
      ...table('job', TENANT_KEY),
      ...table(
        'task',
        { tenant: NUMBER, job: NUMBER },
        {
          foreignKeys: [
            {
              name: 'fk',
              target: 'job',
              columnNames: ['tenant', 'job'],
              referencedColumnNames: ['tenant', 'id'],
            },
          ],
        },
      ),
    ],
  ],
  [
    'a numbered key that becomes composite',
    table('job', { tenant: REQUIRED, id: NUMBERED }),
    table('job', TENANT_KEY),
  ],
];

const HOSTILE = `it's REFERENCES "x" (y)\nDROP TABLE x\n ALTER TABLE "y"; -- ADD VALUE 'A' RENAME TO`;

/** TypeORM puts a default between quotes as it is. */
const UNQUOTED = HOSTILE.replaceAll("'", '');

/** Texts that read like statements. */
const TEXTS: readonly Case[] = [
  [
    'comments that read like statements',
    [...job({ note: TEXT }), ...table('task', { n: NUMBER })],
    [
      ...job({ note: { ...TEXT, comment: HOSTILE } }),
      ...table('task', { n: { ...NUMBER, comment: HOSTILE }, fresh: { ...TEXT, comment: HOSTILE } }),
    ],
  ],
  [
    'defaults and checks that read like statements',
    [...job({ note: TEXT }), ...table('task', { note: TEXT })],
    [
      ...job({ note: { ...TEXT, default: UNQUOTED } }, check(`"note" <> ' REFERENCES x DROP COLUMN y'`)),
      ...table(
        'task',
        { note: { ...TEXT, default: UNQUOTED } },
        { checks: [{ name: 'ck2', expression: `"note" <> 'x\nDROP TABLE y'` }] },
      ),
    ],
  ],
  [
    'values of an enumerated column that read like statements',
    [...job({ state: { ...STATES } }), ...table('task', { note: TEXT })],
    [
      ...job({
        state: {
          ...STATES,
          enum: ['A', 'B', 'C', ' REFERENCES x', 'DROP TABLE "x"'],
          default: ' REFERENCES x',
        },
      }),
      ...table('task', { note: TEXT, n: { type: 'text', default: 'ADD VALUE A' } }),
    ],
  ],
  [
    'tables and columns whose names read like statements',
    [
      ...table('a DROP COLUMN b', { ' DROP NOT NULL': REQUIRED }),
      ...table('x RENAME TO y', { ' REFERENCES x': TEXT }),
    ],
    [
      ...table('a DROP COLUMN b', { ' DROP NOT NULL': NUMBER }),
      ...table('x RENAME TO y', { ' REFERENCES x': TEXT, ' DROP COLUMN ': TEXT }),
    ],
  ],
];

describe('A generated revision is proved on both databases', () => {
  for (const [what, before, after, words] of [...CASES, ...COMPOSITE, ...TEXTS])
    it(`for ${what}`, async function () {
      this.timeout(120_000);
      const pair = { before, after, words: { ...NO_WORDS, ...words } };
      const changes = await runPair({ ...pair, dialects: ['postgres', 'sqlite'], kept: [] });
      expect(Object.keys(changes)).to.deep.equal(['postgres', 'sqlite']);
    });
});
