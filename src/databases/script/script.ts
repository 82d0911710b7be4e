import type { DialectName } from '../registry.js';
import type { ScriptInput } from './input.js';
import { postgresScript } from '../postgres/script.js';
import { sqliteScript } from '../sqlite/script.js';

const WRITERS: Readonly<Record<DialectName, (input: ScriptInput) => readonly string[]>> = {
  postgres: postgresScript,
  sqlite: sqliteScript,
};

/** The text of a script: for `psql` or `sqlite3`, to be run by a person, on a database that we never see. */
export function scriptOf(input: ScriptInput): string {
  return `${WRITERS[input.dialect](input).join('\n')}\n`;
}
