import { databaseWords } from '../../errors/base.js';
import { NAME_BYTES, NAME_PATTERN, readName, truncated } from '../../sql/identifiers.js';
import { quoteIdentifier } from '../../sql/quote.js';
import { withoutComments } from '../../sql/text.js';
import { codeOf } from '../driver-error.js';

/** duplicate_object */
const TAKEN = '42710';

const ALTERS = new RegExp(
  String.raw`^\s*ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(${NAME_PATTERN}(?:\.${NAME_PATTERN})?)`,
  'i',
);
const ADDS = new RegExp(String.raw`\bADD\s+CONSTRAINT\s+(${NAME_PATTERN})`, 'gi');

/** How to free the name of a constraint that a statement adds, where another one has it; undefined for other errors. */
export function takenConstraint(error: unknown, sql: string): string | undefined {
  if (codeOf(error) !== TAKEN) return undefined;
  const plain = withoutComments(sql, 'postgres');
  const [, table] = ALTERS.exec(plain) ?? [];
  const words = databaseWords(error);
  const found = [...plain.matchAll(ADDS)].map(([, name = '']) => name);
  const name = found.find((one) => words.includes(readName(one)));
  if (table === undefined || name === undefined) return undefined;
  const other = quoteIdentifier(`${truncated(readName(name), NAME_BYTES - ENDING.length)}${ENDING}`);
  return `If no revision made that constraint, rename it: ALTER TABLE ${table} RENAME CONSTRAINT ${name} TO ${other}; or drop it`;
}

const ENDING = '_former';
