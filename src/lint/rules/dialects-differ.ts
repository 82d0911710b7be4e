import type { Direction } from '../../databases/direction.js';
import { emptySchema } from '../replay/known-schema.js';
import { inventoriesOf, lastChange, type Inventory } from '../replay/inventory.js';
import { BOTH, type DatabaseTraces, type GroupContext, type LocatedReport, type Rule } from '../rule.js';
import { isReadable, type LintStatement } from '../read-revisions.js';
import type { Trace } from '../replay/trace.js';

/** One dialect creates or drops a table, a column or an index, and the other one does not. */
export const dialectsDiffer: Rule = {
  id: 'dialects-differ',
  directions: BOTH,
  scope: 'group',
  check: ({ group, traces }: GroupContext) => {
    if (!traces.every(({ database }) => isReadable(group, database.name))) return [];
    const pairs = traces.flatMap((here) =>
      traces.filter((there) => there !== here).map((there) => [here, there] as const),
    );
    return BOTH.flatMap((direction) => pairs.flatMap(([here, there]) => onlyIn(here, there, direction)));
  },
};

const NONE: Inventory = new Map();

interface Effect {
  readonly key: string;
  readonly words: string;
  readonly verb: 'creates' | 'drops';
  /** The key of its table; null for a table, and for an index whose table is not known. */
  readonly parent: string | null;
}

function onlyIn(here: DatabaseTraces, there: DatabaseTraces, direction: Direction): readonly LocatedReport[] {
  const [trace, other] = [here.traces[direction], there.traces[direction]];
  const theirs = effectsOf(other).map(({ key, verb }) => `${verb} ${key}`);
  const unmatched = effectsOf(trace).filter(
    (effect) => !theirs.includes(`${effect.verb} ${effect.key}`) && !mayHappen(effect, other),
  );
  const keys = unmatched.map(({ key }) => key);
  const top = unmatched.filter(({ parent }) => parent === null || !keys.includes(parent));
  const titles = [here.database.title, there.database.title] as const;
  return reportsOn(top, titles, trace);
}

/** One for each statement. */
function reportsOn(
  effects: readonly Effect[],
  [here, there]: readonly [here: string, there: string],
  { steps }: Trace,
): readonly LocatedReport[] {
  const words = new Map<LintStatement, string[]>();
  for (const { key, verb, words: what } of effects) {
    const statement = lastChange(steps, key)?.statement;
    if (statement) words.set(statement, [...(words.get(statement) ?? []), `${verb} ${what}`]);
  }
  return [...words].map(([statement, all]) => ({
    statement,
    message: `${here} ${all.join(' and ')}, ${there} does not.`,
    replacement: null,
  }));
}

/** What is created and dropped; what is dropped with its table is reported with the table. */
function effectsOf(trace: Trace): readonly Effect[] {
  const [before = NONE, after = NONE] = inventoriesOf(trace.base, trace.end).map(compared);
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key): readonly Effect[] => {
    const item = before.get(key) ?? after.get(key);
    if (item === undefined || before.has(key) === after.has(key)) return [];
    const { words, parent } = item;
    const isGone = parent !== null && before.has(parent) && !after.has(parent);
    if (isGone || isLearnt(trace, parent)) return [];
    return [{ key, words, parent, verb: after.has(key) ? 'creates' : 'drops' }];
  });
}

function compared(inventory: Inventory): Inventory {
  return new Map([...inventory].filter(([key]) => /^(table|column|index) /.test(key)));
}

/** Whether a rebuild revealed the columns and indexes of a table that were unknown before. */
function isLearnt({ base, end }: Trace, parent: string | null): boolean {
  const table = parent?.slice('table '.length) ?? '';
  return base.notes.get(table)?.complete === false && end.notes.get(table)?.complete === true;
}

/** Whether the other dialect may do the same, as far as its history shows. */
function mayHappen({ key, verb, parent }: Effect, other: Trace): boolean {
  if (!isLearnt(other, parent)) return false;
  const [end = NONE] = inventoriesOf(other.end, emptySchema(other.end.model.dialect));
  return end.has(key) === (verb === 'creates');
}
