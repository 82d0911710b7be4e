import { expect } from 'chai';
import type { EntitySchemaColumnOptions } from 'typeorm';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from '../../../src/generate/confirm/confirmations.js';
import { entity, type Rest } from '../drift/no-false-alarm-database.js';
import { runPair } from './property/pairs.js';
import type { Entities } from './property/run.js';

/** Columns of an entity, by name. */
export type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;

/** The title of a change, the entities before and after, and the confirmations. */
export type Case = readonly [
  what: string,
  before: Entities,
  after: Entities,
  words?: Partial<ConfirmationOptions>,
];

/** A key. */
export const KEY: Columns = { id: { type: 'integer', primary: true } };
/** A nullable number. */
export const NUMBER: EntitySchemaColumnOptions = { type: 'integer', nullable: true };
/** A number. */
export const REQUIRED: EntitySchemaColumnOptions = { type: 'integer' };
/** A nullable text. */
export const TEXT: EntitySchemaColumnOptions = { type: 'text', nullable: true };
/** An enumerated column. */
export const STATES = { type: 'simple-enum', enum: ['A', 'B', 'C'], default: 'A' } as const;
/** One whose type has a name of its own. */
export const SHARED = { ...STATES, enumName: 'mood' } as const;
/** The same, with another name for a value. */
export const RENAMED = { ...SHARED, enum: ['A', 'X', 'C'] } as const;
/** A name of the greatest length that PostgreSQL allows. */
export const LONG = 'n'.repeat(62);
/** Tables may be rewritten. */
export const ANYHOW = { allowRewrite: true };

/** A table, with a key unless it has one. */
export function table(name: string, columns: Columns, rest?: Rest): Entities {
  const hasKey = Object.values(columns).some(({ primary }) => primary);
  return [entity(name, { ...(hasKey ? {} : KEY), ...columns }, { tableName: name, ...rest })];
}

/** The table of most cases. */
export function job(columns: Columns, rest?: Rest): Entities {
  return table('job', columns, rest);
}

/** A column that is computed and stored. */
export function computed(
  asExpression: string,
  type: 'integer' | 'text' = 'integer',
): EntitySchemaColumnOptions {
  return { type, nullable: true, asExpression, generatedType: 'STORED' };
}

/** A unique constraint. */
export function unique(...columns: string[]): Rest {
  return { uniques: [{ name: 'uq', columns }] };
}

/** An index, partial with a condition. */
export function index(columns: string[], where?: string, isUnique = false): Rest {
  return { indices: [{ name: 'ix', columns, unique: isUnique, ...(where === undefined ? {} : { where }) }] };
}

/** A check. */
export function check(expression: string): Rest {
  return { checks: [{ name: 'ck', expression }] };
}

/** A foreign key. */
export function to(target: string, column: string, key: string): Rest {
  return {
    foreignKeys: [{ name: 'fk', target, columnNames: [column], referencedColumnNames: [key] }],
  };
}

/** Verifies each of them on both databases, and runs it there. */
export function verifyEach(cases: readonly Case[]): void {
  for (const [what, before, after, words] of cases)
    it(`A generated revision passes verification on both databases for ${what}`, async function () {
      this.timeout(120_000);
      const pair = { before, after, words: { ...NO_CONFIRMATIONS, ...words } };
      const changes = await runPair({ ...pair, dialects: ['postgres', 'sqlite'], preserved: [] });
      expect(Object.keys(changes)).to.deep.equal(['postgres', 'sqlite']);
    });
}
