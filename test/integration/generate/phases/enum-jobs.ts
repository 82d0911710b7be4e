import type { EntitySchema } from 'typeorm';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import type { Pair } from './phased-world.js';

/** The jobs of an application, with a table beside them. */
export function job(columns: Columns, rest: Rest = {}): EntitySchema {
  return entity('job', columns, { tableName: 'job', ...rest });
}

/** Their state, an enumerated type. */
export function state(values: readonly string[], more: Partial<NonNullable<Columns[string]>> = {}): Columns {
  return { st: { type: 'enum', enum: [...values], ...more } };
}

/** The values of the release before, and of the release after. */
export const FORMER = ['new', 'queued', 'done'];
export const RENAMED = ['new', 'waiting', 'done'];
export const WORDS = { renames: ['job.st.queued:waiting'] };

/** Another table, with one column. */
function log(name: string): EntitySchema {
  return entity('log', { [name]: { type: 'text' } }, { tableName: 'log' });
}

/** The value in everything that may name it. */
function named(value: string): Rest {
  return {
    indices: [
      { name: 'ix', columns: ['id'], where: `st = '${value}'` },
      { columns: ['st'], where: `st <> '${value}'` },
    ],
    checks: [
      { name: 'ck', expression: `st <> '${value}' OR id > 0` },
      { expression: `st IN ('new', '${value}', 'done')` },
    ],
  };
}

/** Changes of values that contract makes by second columns, or with a rewrite where that is allowed. */
export const CHANGED_VALUES: Readonly<Record<string, Pair>> = {
  'a renamed value of a default, of conditions and of checks, beside a new column': {
    before: [job(state(FORMER, { default: 'queued' }), named('queued'))],
    after: [
      job(
        { ...state(RENAMED, { default: 'waiting' }), rank: { type: 'integer', nullable: true } },
        named('waiting'),
      ),
    ],
    words: WORDS,
  },
  'a renamed value of lists, beside a renamed column of another table': {
    before: [job(state(FORMER, { array: true, default: '{queued,done}' })), log('text')],
    after: [job(state(RENAMED, { array: true, default: '{waiting,done}' })), log('words')],
    words: { renames: [...WORDS.renames, 'log.text:words'] },
  },
  'a renamed value beside one that goes and another order': {
    before: [job(state(['a', 'b', 'c', 'd']))],
    after: [job(state(['d', 'x', 'a']))],
    words: { renames: ['job.st.b:x'] },
  },
  'a removed value': {
    before: [job(state(FORMER, { default: 'queued' }))],
    after: [job(state(['new', 'done'], { default: 'new' }))],
  },
};
