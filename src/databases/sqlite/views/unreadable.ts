/** Which errors of SQLite come from the text of a view itself. */

import { relationsIn } from '../../../sql/view-text.js';
import type { ViewModel } from '../../../schema/model.js';
import type { RefusedText } from '../../view-facts.js';

/** The tables on which texts are tried have the columns that they will have, and nothing else. A name is not of the text. */
const OF_TRIAL = /no such index|unable to use function|already exists|already another table or index/;

/** Where a text is tried. */
interface Trial {
  /** The texts of the views at head, by name. */
  readonly before: ReadonlyMap<string, string>;
  /** What was refused before: the views that it reads come first. */
  readonly refused: ReadonlyMap<string, RefusedText>;
}

/**
 * A refusal of the text of an entity: SQLite cannot read it, unless the error comes from a view that it reads. A text
 * that is there already stays as it is: an application may give its connection functions that a scratch database lacks.
 */
export function ofText(
  { name, text }: Pick<ViewModel, 'name' | 'text'>,
  refusal: RefusedText,
  { before, refused }: Trial,
): RefusedText {
  const { kind, missing, words } = refusal;
  if (kind !== 'other' || missing !== null || before.get(name) === text || OF_TRIAL.test(words))
    return refusal;
  const read = relationsIn(text, 'sqlite');
  const isOfAnother = [...refused].some(
    ([other, one]) => other !== name && one.words === words && read.has(other.toLowerCase()),
  );
  return isOfAnother ? refusal : { ...refusal, kind: 'syntax' };
}
