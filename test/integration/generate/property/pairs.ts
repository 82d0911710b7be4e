import fc from 'fast-check';
import type { Generated } from '../../../../src/generate/propose.js';
import { EDIT_KINDS, edited, type Edit } from './edits.js';
import { entitiesOf } from './entities.js';
import type { Column, ForeignKey, Model, Table } from './model.js';
import { filledUnasked } from './filled.js';
import { findingsIn } from './findings.js';
import { byHandIn, type AllByHand } from './by-hand.js';
import { byHandRevision } from './by-hand-revision.js';
import { generateBoth, type Pair } from './run.js';
import { startingModel } from './start.js';
import { verify, type Preserved } from './verify.js';
import { wordsFor } from './words.js';

/** A pair of models as it is drawn. */
export interface Drawn {
  readonly seed: number;
  readonly edits: readonly Edit[];
}

const seeds = fc.nat({ max: 2 ** 30 });

/** Pairs; each kind of edit is first in as many of them as any other. */
export function pairs(count: number): readonly Drawn[] {
  const edits = fc.record({ kind: fc.constantFrom(...EDIT_KINDS), seed: seeds });
  const drawn = fc.sample(
    fc.record({ seed: seeds, edits: fc.array(edits, { minLength: 1, maxLength: 6 }) }),
    count,
  );
  return drawn.map(({ seed, edits: [first, ...others] }, index) => ({
    seed,
    edits: [{ kind: EDIT_KINDS[index % EDIT_KINDS.length] ?? '', seed: first?.seed ?? 0 }, ...others],
  }));
}

/** The command that runs a pair alone, and its models. */
export function repeating(drawn: Drawn): string {
  const before = startingModel(drawn.seed);
  const models = { before, after: edited(before, drawn.edits) };
  const command = `PAIR='${JSON.stringify(drawn)}' npm run -s test:file -- test/integration/generate/property.test.ts`;
  return `${command}\n${JSON.stringify(models)}`;
}

/** The result of a pair, by dialect. */
export type Changes = Generated['changes'];

/**
 * Generates for a pair and runs it on both databases.
 *
 * @param isRepeated whether to generate it again with and without a history that is kept
 */
export async function runDrawn({ seed, edits }: Drawn, isRepeated = false): Promise<Changes> {
  const before = startingModel(seed);
  const after = edited(before, edits);
  const words = wordsFor({ before, after });
  const attached = byHandIn(seed, { before, after });
  return runPair({
    ...{ before: entitiesOf(before), after: entitiesOf(after), words, attached },
    dialects: ['postgres', 'sqlite'],
    preserved: preservedIn(before, after),
    isRepeated,
    byHand: (first) => byHandRevision(attached, first),
  });
}

/** The same for any pair. */
export async function runPair({
  preserved,
  attached,
  ...pair
}: Pair & { readonly preserved: readonly Preserved[]; readonly attached?: AllByHand }): Promise<Changes> {
  const history = await generateBoth(pair);
  // The revision written by hand is for one database, and has no way down.
  const findings = (await findingsIn(history)).filter((words) => !words.includes('ByHand'));
  if (findings.length > 0) throw new Error(`lint finds ${findings.join('; ')}`);
  const unasked = filledUnasked(history.generated);
  if (unasked.length > 0)
    throw new Error(`${unasked.join(', ')} filled under a lock that nobody asked about`);
  for (const dialect of pair.dialects)
    await verify(dialect, { pair, history, preserved, attached: attached?.[dialect] ?? [] });
  return history.generated.changes;
}

/** The values that must be the same in every row of both. */
export function preservedIn(before: Model, after: Model): readonly Preserved[] {
  return before.tables.flatMap((table) => {
    const later = after.tables.find(({ id }) => id === table.id);
    return later ? [{ before: table.name, after: later.name, columns: columnsIn(table, later, after) }] : [];
  });
}

function columnsIn(before: Table, after: Table, { tables }: Model): Preserved['columns'] {
  const isGone = ({ target }: ForeignKey) => !tables.some(({ id }) => id === target);
  const dangling = before.foreignKeys.filter(isGone).flatMap(({ columns }) => columns);
  return before.columns.flatMap((column) => {
    const later = after.columns.find(({ id }) => id === column.id);
    return later && isKept(column, later) && !dangling.includes(column.id)
      ? [[column.name, later.name] as const]
      : [];
  });
}

/** Of one kind, with the same values to choose from. */
function isKept(before: Column, after: Column): boolean {
  const same = (['kind', 'size', 'scale'] as const).every((field) => before[field] === after[field]);
  const values = (column: Column) => column.values.map(({ id, name }) => `${id} ${name}`);
  const known = values(after);
  const isFilled = before.nullable && !after.nullable;
  return (
    same &&
    !isFilled &&
    !before.computed &&
    !after.computed &&
    values(before).every((one) => known.includes(one))
  );
}
