import type { AttachedObject } from '../../../planning.js';
import { allowing, statement, type Statement, type TableLock } from '../../../../sql/statement.js';
import type { PostgresContext } from '../context.js';
import type { Operation } from '../operation.js';
import type { PostgresNames } from '../sql.js';
import { droppedOperations } from './dropped.js';
import { setAsideInMain } from './touched.js';

/** The statements that drop objects, and those that create them again. */
export interface SetAside {
  readonly drop: readonly Statement[];
  readonly create: readonly Statement[];
}

/** Those of one object; PostgreSQL locks its table. */
export function setAside(names: PostgresNames, { kind, table, drop, create }: AttachedObject): SetAside {
  const lock: TableLock = { table: names.path(table), mode: 'ACCESS EXCLUSIVE' };
  const locks = LOCKING.includes(kind) ? [lock] : [];
  const [dropped, created] = RULES[kind] ?? [];
  const all = (statements: readonly string[], rule: string | undefined) =>
    statements.map((sql, index) => {
      const of = statement(sql, { locks });
      return rule !== undefined && index === 0 ? allowing(rule, OF_PARTITION, of) : of;
    });
  return { drop: all(drop, dropped), create: all(create, created) };
}

/** What lint finds in the first statement that drops an object, and in the one that creates it. */
const RULES: Readonly<Record<string, readonly [string | undefined, string]>> = {
  index: ['drop-index-blocking', 'create-index-blocking'],
  check: [undefined, 'add-check-validated'],
};

const OF_PARTITION = 'the transaction locks the partition anyway, to change the type of its column';

const LOCKING: readonly string[] = [
  'policy',
  'trigger',
  'rule',
  'index',
  'check',
  'settings of column',
  'storage of column',
];

/** Drops objects as the first step of the main part, and creates them again as its last one; `down` does the same. */
export function attachedOperations(context: PostgresContext): {
  readonly first: readonly Operation[];
  readonly last: readonly Operation[];
} {
  const { again, back } = setAsideInMain(context.attached, context);
  return {
    first: [
      ...again.map((one) => operation(context, one, 'first')),
      ...back.map((one) => ({
        ...operation(context, one, 'first'),
        reason: `${one.kind} ${one.name}: goes with a column`,
      })),
      ...droppedOperations(context),
    ],
    last: again.map((one) => operation(context, one, 'last')),
  };
}

function operation({ names }: PostgresContext, object: AttachedObject, when: 'first' | 'last'): Operation {
  const { drop, create } = setAside(names, object);
  return {
    phase: 'main',
    step: when === 'first' ? 'detach' : 'attach',
    alone: false,
    reason: `${object.kind} ${object.name}: set aside, and created again after the change`,
    up: when === 'first' ? drop : create,
    down: when === 'first' ? create : drop,
  };
}
