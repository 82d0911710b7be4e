/** Changes of views in words. */

import type { ViewChange } from './change.js';
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

function differences({ aspects, live, desired }: Extract<ViewChange, { readonly kind: 'alter-view' }>) {
  const [was, is] = [live, desired] as unknown as readonly Readonly<Record<string, unknown>>[];
  return aspects.map((aspect) =>
    aspect === 'recorded'
      ? 'TypeORM has not recorded the text that the entities declare'
      : `${ASPECT_WORDS[aspect] ?? aspect} ${PLURAL.includes(aspect) ? 'are' : 'is'} ${show(was?.[aspect])}, the entities declare ${show(is?.[aspect])}`,
  );
}

const PLURAL = ['indexes', 'outputs'];

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
};
