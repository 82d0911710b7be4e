import { UnsaidChangesError } from '../errors/generate.js';
import { riskyChanges, type RiskyChange } from './lossy.js';
import type { Said } from './move.js';
import type { DialectReading } from './read-dialect.js';
import { parseConsent, saidOf, type GenerateWords } from './said.js';

const ASKED = { drops: [], backfills: new Map<string, string>(), allowRewrite: true };

/**
 * What was said, where it is about what happens and leaves no open question.
 *
 * @throws UsageError, UnsaidChangesError
 */
export function consented(readings: readonly DialectReading[], words: GenerateWords): Said {
  const changes = readings.flatMap((reading) => reading.changes);
  const needed = readings
    .flatMap((reading) => riskyChanges(reading.dialect, reading.changes, ASKED))
    .filter(({ kind }) => kind.startsWith('required-'))
    .map(({ table, column }) => `${table}.${column ?? ''}`);
  const consent = parseConsent(words, changes, needed);
  const unsaid = readings.flatMap((reading) => riskyChanges(reading.dialect, reading.changes, consent));
  if (unsaid.length > 0) throw new UnsaidChangesError(once(unsaid));
  const [first] = readings;
  const head = readings.find(({ dialect }) => dialect === 'postgres')?.head;
  return saidOf(consent, first?.renames ?? [], head);
}

/** Both dialects say the same of one column. */
function once(changes: readonly RiskyChange[]): readonly RiskyChange[] {
  const byPlace = changes.map(
    (change) => [`${change.kind} ${change.table} ${change.column ?? ''}`, change] as const,
  );
  return [...new Map([...byPlace].reverse()).values()].reverse();
}
