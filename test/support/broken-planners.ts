import type { Planner } from '../../src/databases/planner.js';
import type { PlannedPart, StatementGroup } from '../../src/databases/planning.js';
import { statement } from '../../src/sql/statement.js';
import { broken, type Broken } from './break-database.js';

type Groups = readonly StatementGroup[];

/** Its plans are changed. */
function plans(fault: string, change: (parts: readonly PlannedPart[]) => readonly PlannedPart[]): Broken {
  return broken(fault, ({ planner }) => ({
    planner: async () => {
      const whole = await planner();
      const changed: Planner = { ...whole, plan: (...given) => change(whole.plan(...given)) };
      return changed;
    },
  }));
}

/** Every part of its plans is changed. */
function parts(fault: string, change: (part: PlannedPart) => Partial<PlannedPart>): Broken {
  return plans(fault, (all) => all.map((part) => ({ ...part, ...change(part) })));
}

function without(groups: Groups, word: string): Groups {
  return groups.map(({ reason, statements }) => ({
    reason,
    statements: statements.filter(({ sql }) => !sql.includes(word)),
  }));
}

/** Planners that are wrong, by the name of the check that finds them. */
export const BROKEN_PLANNERS: Readonly<Record<string, readonly Broken[]>> = {
  'a planned change leads to the desired schema, and back, with every row': [
    parts('a column forgotten', ({ up, down }) => ({
      up: without(up, '"email"'),
      down: without(down, '"email"'),
    })),
    parts('an index forgotten', ({ up, down }) => ({
      up: without(up, '"ix_pets_label"'),
      down: without(down, '"ix_pets_label"'),
    })),
    parts('a check forgotten on the way down', ({ down }) => ({ down: without(down, '"ck_age"') })),
    parts('no way down', () => ({ down: [] })),
    parts('the way up as the way down', ({ up }) => ({ down: up })),
    parts('statements the other way round', ({ up }) => ({ up: up.toReversed() })),
    parts('every row deleted', ({ up }) => ({
      up: [{ reason: 'none', statements: [statement('DELETE FROM "pets"')] }, ...up],
    })),
  ],
  'a plan contains nothing where nothing changes': [
    plans('a part that does nothing', (all) => [
      ...all,
      { phase: 'main', transaction: true, subject: undefined, up: [], down: [], changes: [] },
    ]),
  ],
  'the parts of a plan are in the order of their phases': [
    plans('a part behind the last phase', (all) => [
      ...all.map((part) => ({ ...part, phase: 'drop-replaced' as const })),
      { phase: 'rename', transaction: true, subject: undefined, up: [], down: [], changes: [] },
    ]),
    plans('no part', () => []),
  ],
  'a part outside a transaction is one statement': [
    parts('everything outside', () => ({ transaction: false })),
  ],
  'a planned statement means the same after it was printed': [
    parts('a note of two lines', ({ up }) => ({
      up: up.map(({ reason, statements }) => ({
        reason,
        statements: statements.map((one) => ({ ...one, note: 'Careful\nDROP TABLE "pets";' })),
      })),
    })),
    parts('an exception of two lines', ({ up }) => ({
      up: up.map(({ reason, statements }) => ({
        reason,
        statements: statements.map((one) => ({
          ...one,
          exceptions: [{ rule: 'drop-table', reason: 'asked\nfor' }],
        })),
      })),
    })),
  ],
};

/** Planners that are wrong on PostgreSQL alone: SQLite has no statement that cannot run in a transaction. */
export const BROKEN_ON_POSTGRES: Readonly<Record<string, readonly Broken[]>> = {
  'a planned change leads to the desired schema, and back, with every row': [
    parts('an index that is built in a transaction', () => ({ transaction: true })),
    plans('parts the other way round', (all) => all.toReversed()),
  ],
  'the parts of a plan are in the order of their phases': [
    plans('parts the other way round', (all) => all.toReversed()),
  ],
};
