import fc from 'fast-check';
import { edited, type Edit } from '../../property/edits.js';
import type { Drawn } from '../../property/pairs.js';
import { startingModel } from '../../property/start.js';
import type { Model } from '../../property/model.js';
import { retyped, TYPE_EDITS, withRetyped } from './retypings.js';

/** Edits of entities that have phases; the first one of a pair is of these, in turn. */
const BRIDGED: readonly string[] = ['rename-column', 'rename-table', ...TYPE_EDITS];

/** Edits that may be beside it. */
const OTHERS = [
  ...['rename-column', 'rename-table'],
  ...['add-column', 'add-required-column', 'drop-column', 'make-required', 'make-nullable'],
  ...['change-default', 'drop-default', 'change-comment', 'drop-comment'],
  ...['add-table', 'drop-table', 'refer-to-new-table', 'add-enum-value'],
  ...['add-unique', 'drop-unique', 'change-unique', 'rename-unique', 'unique-to-index', 'index-to-unique'],
  ...['add-index', 'drop-index', 'rename-index', 'change-index', 'reverse-index'],
  ...['add-foreign-key', 'add-self-reference', 'drop-foreign-key', 'change-foreign-key'],
  ...['add-check', 'drop-check', 'rename-check', 'change-check'],
  ...['add-exclusion', 'drop-exclusion', 'change-exclusion'],
];

const seeds = fc.nat({ max: 2 ** 30 });

/** As many pairs as are asked for. Some of them have no phases. */
export function phasedPairs(count: number): readonly Drawn[] {
  const edits = fc.record({ kind: fc.constantFrom(...OTHERS), seed: seeds });
  const one = fc.record({ seed: seeds, first: seeds, edits: fc.array(edits, { maxLength: 4 }) });
  return fc.sample(one, count).map(({ seed, first, edits: others }, index) => {
    const kind = BRIDGED[index % BRIDGED.length] ?? '';
    return { seed, edits: [{ kind, seed: first } satisfies Edit, ...others.filter(isBeside(kind))] };
  });
}

/** A type does not change while something is renamed. */
function isBeside(first: string): (edit: Edit) => boolean {
  return ({ kind }) => !TYPE_EDITS.includes(first) || !kind.startsWith('rename-');
}

/** The models of a pair. Two of three have no view, since a view that changes in a group with a contract is refused. */
export function modelsOf(drawn: Drawn): { readonly before: Model; readonly after: Model } {
  const { seed, edits } = drawn;
  const model = withRetyped(startingModel(seed), drawn);
  const before = seed % 3 === 0 ? model : { ...model, views: [] };
  return { before: usable(before), after: usable(retyped(edited(before, edits), drawn)) };
}

/** TypeORM escapes no quote in the names of columns when it reads and writes rows. */
function usable(model: Model): Model {
  const named = <T extends { readonly name: string }>(one: T): T => ({
    ...one,
    name: one.name.replaceAll('"', ''),
  });
  return {
    ...model,
    tables: model.tables.map((table) => ({ ...named(table), columns: table.columns.map(named) })),
    views: model.views.map((view) => ({ ...view, columns: view.columns.map(named) })),
  };
}

/** The command that runs a pair alone, and its models. */
export function repeatingPhased(drawn: Drawn): string {
  const command = `PAIR='${JSON.stringify(drawn)}' npm run -s test:file -- test/integration/generate/phases/property.test.ts`;
  return `${command}\n${JSON.stringify(modelsOf(drawn))}`;
}
