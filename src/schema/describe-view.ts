/** Changes of views in words. */

import type { ViewChange } from './change.js';
import type { ViewModel } from './model.js';
import { ASPECT_WORDS, show } from './show.js';

/** A difference of a view: one sentence that a person can act on. */
export function describeView(change: ViewChange): string {
  const what = `View ${change.object}`;
  switch (change.kind) {
    case 'add-view':
      return `${what} is missing in the database; the entities declare ${show(change.desired)}.`;
    case 'drop-view':
      return `${what} is in the database, but no entity declares it: ${show(change.live)}.`;
    case 'alter-view':
      return `${what}: ${differences(change).join('; ')}.`;
  }
}

function differences({ aspects, live, desired }: AlteredView): readonly string[] {
  return aspects.map((aspect) => {
    switch (aspect) {
      case 'recorded':
        return 'TypeORM has not recorded the text that the entities declare';
      case 'definitions':
        return `its query is ${queryIn(live)}, the snapshot has ${queryIn(desired)}`;
      case 'outputs':
        return `columns are ${columnsIn(live)}, the snapshot has ${columnsIn(desired)}`;
      default:
        return `${ASPECT_WORDS[aspect] ?? aspect} ${aspect === 'indexes' ? 'are' : 'is'} ${shown(live, aspect)}, the entities declare ${shown(desired, aspect)}`;
    }
  });
}

type AlteredView = Extract<ViewChange, { readonly kind: 'alter-view' }>;

function queryIn({ definitions }: ViewModel): string {
  return (Object.values(definitions)[0] ?? '').replace(/\s+/g, ' ').trim();
}

function columnsIn({ outputs }: ViewModel): string {
  return show(outputs.map(({ name, type }) => `${name} ${type}`));
}

function shown(view: ViewModel, aspect: string): string {
  return show((view as unknown as Readonly<Record<string, unknown>>)[aspect]);
}

/** What happens to a view, for the person who reads the statements. */
export function viewWords(change: ViewChange): string {
  switch (change.kind) {
    case 'add-view':
      return `new ${change.desired.materialized ? 'materialized ' : ''}view`;
    case 'drop-view':
      return 'view dropped';
    case 'alter-view':
      return `view, ${change.aspects.map((aspect) => ALTERED[aspect] ?? aspect).join(', ')}`;
  }
}

const ALTERED: Readonly<Record<string, string>> = {
  text: 'another text',
  materialized: 'another kind',
  indexes: 'other indexes',
  recorded: 'text recorded for TypeORM',
  outputs: 'other columns',
  definitions: 'another query',
};
