import type { DialectName } from '../../dialect/dialect.js';
import type { Limits } from '../dialects/executor.js';
import type { RecordTables } from '../records/tables.js';
import type { Checksums, Direction } from '../revision.js';
import { postgresScript } from './postgres-script.js';
import { sqliteScript } from './sqlite-script.js';

/** One revision of a script. */
export interface ScriptStep {
  readonly id: string;
  readonly stamp: number;
  readonly description: string;
  readonly direction: Direction;
  readonly statements: readonly string[];
  readonly transaction: boolean;
  readonly limits: Limits;
  readonly checksums: Checksums | null;
  /** The newest recorded revision before it is run; null at base. */
  readonly before: string | null;
}

/** What a script is made from. */
export interface ScriptInput {
  readonly dialect: DialectName;
  readonly tables: RecordTables;
  readonly direction: Direction;
  readonly steps: readonly ScriptStep[];
  /** Name and version of what writes it. */
  readonly tool: string;
}

const WRITERS: Readonly<Record<DialectName, (input: ScriptInput) => readonly string[]>> = {
  postgres: postgresScript,
  sqlite: sqliteScript,
};

/** The text of a script: for `psql` or `sqlite3`, to be run by a person, on a database that we never see. */
export function scriptOf(input: ScriptInput): string {
  return `${WRITERS[input.dialect](input).join('\n')}\n`;
}
