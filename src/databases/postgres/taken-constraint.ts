import { databaseWords } from '../../errors/base.js';
import { NAME_BYTES, truncated } from '../../sql/identifiers.js';
import { withoutComments } from '../../sql/text.js';
import { codeOf } from '../driver-error.js';

/** duplicate_object */
const TAKEN = '42710';

const NAME = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)`;
const ALTERS = new RegExp(
  String.raw`^\s*ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(${NAME}(?:\.${NAME})?)`,
  'i',
);
const ADDS = new RegExp(String.raw`\bADD\s+CONSTRAINT\s+(${NAME})`, 'gi');

/** How to free the name of a constraint that a statement adds, where another one has it; undefined for other errors. */
export function takenConstraint(error: unknown, sql: string): string | undefined {
  if (codeOf(error) !== TAKEN) return undefined;
  const plain = withoutComments(sql, 'postgres');
  const [, table] = ALTERS.exec(plain) ?? [];
  const words = databaseWords(error);
  const found = [...plain.matchAll(ADDS)].map(([, name = '']) => name);
  const name = found.find((one) => words.includes(unquoted(one)));
  if (table === undefined || name === undefined) return undefined;
  const other = `"${truncated(unquoted(name), NAME_BYTES - ENDING.length).replaceAll('"', '""')}${ENDING}"`;
  return `If no revision made that constraint, rename it: ALTER TABLE ${table} RENAME CONSTRAINT ${name} TO ${other}; or drop it`;
}

const ENDING = '_former';

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
}
