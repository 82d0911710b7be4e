import { Entity, PrimaryColumn, type EntitySchemaColumnOptions } from 'typeorm';
import { entity, type Rest } from '../../drift/no-false-alarm-database.js';
import type { Entities } from './run.js';

type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;

/**
 * Properties that cannot be declared for both databases: entities before and after, and the time zone where one is
 * required.
 */
type PostgresPair = readonly [what: string, before: Entities, after: Entities, timeZone?: string];

const ID: Columns = { id: { type: 'integer', primary: true } };
const SPAN: Columns = {
  ...ID,
  span: { type: 'int4range', nullable: true },
  kind: { type: 'integer', default: 0 },
};
const CODE: Columns = { ...ID, code: { type: 'integer', nullable: true } };
const ENUM = { type: 'enum', enumName: 'mood', array: true } as const;

/** A table before and after. */
function pair(
  what: string,
  before: readonly [Columns, Rest?],
  after: readonly [Columns, Rest?],
): readonly [what: string, before: Entities, after: Entities] {
  return [what, [entity('job', ...before)], [entity('job', ...after)]];
}

/** One column before and after. */
function column(
  what: string,
  before: EntitySchemaColumnOptions,
  after: EntitySchemaColumnOptions,
): readonly [what: string, before: Entities, after: Entities] {
  return pair(what, [{ ...ID, value: before }], [{ ...ID, value: after }]);
}

function excluding(expression: string): Rest {
  return { exclusions: [{ name: 'ex', expression }] };
}

function unique(deferrable?: 'INITIALLY DEFERRED' | 'INITIALLY IMMEDIATE'): Rest {
  return { uniques: [{ name: 'uq', columns: ['code'], ...(deferrable ? { deferrable } : {}) }] };
}

function parent(deferrable?: 'INITIALLY DEFERRED'): Rest {
  const key = { target: 'job', columnNames: ['code'], referencedColumnNames: ['id'], name: 'fk' };
  return { foreignKeys: [{ ...key, ...(deferrable ? { deferrable } : {}) }] };
}

/** Only a class can declare that of its table. */
function commented(comment?: string): Entities {
  class Job {}
  Entity({ name: 'job', ...(comment === undefined ? {} : { comment }) })(Job);
  PrimaryColumn('integer')(Job.prototype, 'id');
  return [Job];
}

/** A table in a schema of its own, with an enumerated type there, and one that refers to it. */
function inAudit(state: readonly string[], columns: Columns = {}): Entities {
  const enumerated = { state: { type: 'enum', enum: [...state], default: 'A' } } as const;
  const index = { indices: [{ name: 'ix', columns: ['state'] }] };
  return [
    entity('job', CODE, to('log')),
    entity('log', { ...ID, ...enumerated, ...columns }, { schema: 'audit', ...index }),
  ];
}

function to(target: string): Rest {
  return { foreignKeys: [{ name: 'fk', target, columnNames: ['code'], referencedColumnNames: ['id'] }] };
}

const NOT_OVERLAPPING = excluding('USING gist ("span" WITH &&)');

export const POSTGRES_PAIRS: readonly PostgresPair[] = [
  ['a table gets a comment', commented(), commented("it's a job")],
  ['a table loses its comment', commented('a job'), commented()],
  ['a schema comes with its first table', [entity('job', CODE)], inAudit(['A', 'B'])],
  [
    'a table in a schema changes',
    inAudit(['A', 'B', 'C']),
    inAudit(['A', 'X', 'C'], { note: { type: 'text', nullable: true } }),
  ],
  pair('an exclusion constraint comes', [SPAN], [SPAN, NOT_OVERLAPPING]),
  pair('an exclusion constraint goes', [SPAN, NOT_OVERLAPPING], [SPAN]),
  pair(
    'an exclusion constraint changes',
    [SPAN, NOT_OVERLAPPING],
    [SPAN, excluding('USING gist ("span" WITH &&) WHERE ("kind" > 0)')],
  ),
  pair('a unique constraint becomes deferrable', [CODE, unique()], [CODE, unique('INITIALLY DEFERRED')]),
  pair('a unique constraint is deferrable no more', [CODE, unique('INITIALLY IMMEDIATE')], [CODE, unique()]),
  pair('a foreign key becomes deferrable', [CODE, parent()], [CODE, parent('INITIALLY DEFERRED')]),
  pair(
    'a numbered key becomes wide',
    [{ id: { type: 'integer', primary: true, generated: 'increment' } }],
    [{ id: { type: 'bigint', primary: true, generated: 'increment' } }],
  ),
  pair(
    'a key is numbered from now on',
    [ID],
    [{ id: { type: 'integer', primary: true, generated: 'increment' } }],
  ),
  pair(
    'a key is numbered no more',
    [{ id: { type: 'integer', primary: true, generated: 'increment' } }],
    [ID],
  ),
  column('a collation comes', { type: 'text' }, { type: 'text', collation: 'C' }),
  column(
    'a collation goes',
    { type: 'varchar', length: 20, collation: 'C' },
    { type: 'varchar', length: 20 },
  ),
  column('json becomes jsonb', { type: 'json', nullable: true }, { type: 'jsonb', nullable: true }),
  column(
    'a list of numbers becomes one of big ones',
    { type: 'integer', array: true },
    { type: 'bigint', array: true },
  ),
  column(
    'a list of enumerated values gets a value',
    { ...ENUM, enum: ['A', 'B'] },
    { ...ENUM, enum: ['A', 'X', 'B'] },
  ),
  column(
    'a list of enumerated values loses one',
    { ...ENUM, enum: ['A', 'X', 'B'] },
    { ...ENUM, enum: ['A', 'B'] },
  ),
  column(
    'a list of enumerated values changes its order',
    { ...ENUM, enum: ['A', 'B'] },
    { ...ENUM, enum: ['B', 'A'] },
  ),
  column(
    'a moment gets another precision',
    { type: 'timestamptz', precision: 3 },
    { type: 'timestamptz', precision: 6 },
  ),
  [...column('a moment learns its zone', { type: 'timestamp' }, { type: 'timestamptz' }), 'job.value=UTC'],
];
