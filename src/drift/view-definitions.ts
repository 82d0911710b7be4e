/** Compares a view with what the snapshot knows of it, or with its text where the database keeps that. */

import type { LiveDefinition } from '../databases/catalog.js';
import type { ViewChange } from '../schema/change.js';
import type { ViewModel } from '../schema/model.js';
import type { SqlLanguage } from '../sql/lexer.js';
import { checkOptionIn, viewTokens } from '../sql/view-text.js';
import type { KnownView } from './known-views.js';

/** What a view of an entity is compared with. */
interface DefinitionSides {
  readonly desired: ViewModel;
  readonly live: LiveDefinition;
  /** Of the server; null where the database keeps the text that was written. */
  readonly version: string | null;
  readonly known: KnownView | undefined;
  readonly language: SqlLanguage;
}

/** The differences; undefined where the snapshot does not know them. */
export function compareDefinition(sides: DefinitionSides): readonly ViewChange[] | undefined {
  const { desired, live, version, known, language } = sides;
  const isText = (one: string, other: string) => viewTokens(one, language) === viewTokens(other, language);
  const materialized = live.materialized === desired.materialized ? [] : ['materialized'];
  const former = { ...desired, materialized: live.materialized, outputs: live.outputs };
  if (version === null) {
    const text = isText(live.definition, desired.text) ? [] : ['text'];
    return altered([...text, ...materialized], { ...former, text: live.definition }, desired);
  }
  const stored = known?.definitions[version];
  if (!known || stored === undefined || !isText(known.text, desired.text)) return undefined;
  const { checkOption = null } = live;
  const wanted = checkOptionIn(desired.text);
  // Where the text has none, an option is like the others of a view: no entity declares it.
  const isSame = isText(stored, live.definition) && (wanted === null || wanted === checkOption);
  const whole = (query: string, option: string | null) =>
    wanted === null || option === null ? query : `${query} WITH ${option.toUpperCase()} CHECK OPTION`;
  const isShape = JSON.stringify(known.outputs) === JSON.stringify(live.outputs);
  return altered(
    [...(isSame ? [] : ['definitions']), ...(isShape ? [] : ['outputs']), ...materialized],
    { ...former, definitions: { [version]: whole(live.definition, checkOption) } },
    { ...desired, outputs: known.outputs, definitions: { [version]: whole(stored, wanted) } },
  );
}

function altered(aspects: readonly string[], live: ViewModel, desired: ViewModel): readonly ViewChange[] {
  return aspects.length === 0
    ? []
    : [{ kind: 'alter-view', table: '', object: desired.name, aspects, live, desired }];
}
