import type { UnsaidChange, UnsaidChangesError } from '../errors/generate.js';
import { NO_WORDS, type GenerateWords } from '../generate/said.js';
import type { Io } from './io.js';

/**
 * Asks a person at a terminal about each change that was not said.
 *
 * @returns what was answered; undefined where nobody can be asked, or the person wants none of the ways out
 */
export async function answersTo({ changes }: UnsaidChangesError, io: Io): Promise<GenerateWords | undefined> {
  if (!io.ask) return undefined;
  let words = NO_WORDS;
  for (const change of changes) {
    const remedy = await chosen(change, io.ask);
    if (remedy === undefined) return undefined;
    words = withRemedy(words, remedy);
  }
  return words;
}

type Ask = (question: string) => Promise<string>;

/** Only what can be said on the command line can be chosen; an entity is edited by hand. */
async function chosen(
  { table, column, problem, remedies }: UnsaidChange,
  ask: Ask,
): Promise<string | undefined> {
  const options = remedies.filter((remedy) => remedy.startsWith('--'));
  const list = options.map((remedy, index) => `  ${index + 1}  ${remedy}`).join('\n');
  const what = column === null ? table : `${table}.${column}`;
  const answer = await ask(`${what}: ${problem}.\n${list}\nWhich one (nothing to stop)? `);
  const remedy = options[Number(answer.trim()) - 1];
  if (!remedy?.includes('<expression>')) return remedy;
  const expression = (await ask('SQL expression for the rows that exist: ')).trim();
  return expression === ''
    ? undefined
    : `--backfill ${column === null ? table : `${table}.${column}`}=${expression}`;
}

function withRemedy(words: GenerateWords, remedy: string): GenerateWords {
  const [, option = '', value = ''] = /^--(\S+) ?([\s\S]*)$/.exec(remedy) ?? [];
  switch (option) {
    case 'rename':
      return { ...words, renames: [...words.renames, value] };
    case 'rename-table':
      return { ...words, renamedTables: [...words.renamedTables, value] };
    case 'drop':
      return { ...words, drops: [...words.drops, value] };
    case 'backfill':
      return { ...words, backfills: [...words.backfills, value] };
    default:
      return { ...words, allowRewrite: true };
  }
}
