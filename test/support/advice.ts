import { readFileSync } from 'node:fs';
import { loadModule, parseSync } from 'libpg-query';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { forServer } from './older-server.js';
import { root } from './run-script.js';

/** Statements of an advice that make one revision. */
export interface AdviceStep {
  readonly statements: readonly string[];
  /** False for the one statement that cannot be in a transaction. */
  readonly transaction: boolean;
  /** Whether the former code has ended before it. */
  readonly afterRelease: boolean;
}

const MARKER = /^-- (in the next revision|alone in a revision with transaction = false|when [^\n]*):$/;

/** A rule's page. */
export function pageOf(rule: string): string {
  return readFileSync(`${root}docs/rules/${rule}.md`, 'utf8');
}

/** The blocks of SQL under a heading of a rule's page. */
export function blocksOf(rule: string, heading: 'Problem' | 'Instead'): readonly string[] {
  const page = pageOf(rule);
  const [, section = ''] = new RegExp(`\\n## ${heading}\\n([^]*?)(?=\\n## |$)`).exec(page) ?? [];
  return [...section.matchAll(/```sql\n([^]*?)```/g)].map(([, sql = '']) => sql);
}

/** The revisions that an advice contains, as the server of this process knows its statements, by the comments that stand between its statements. */
export async function stepsOf(advice: string): Promise<readonly AdviceStep[]> {
  await loadModule();
  const steps: AdviceStep[] = [];
  const text = await forServer(advice);
  let [lines, transaction, afterRelease] = [[] as string[], true, false];
  const close = () => {
    const statements = statementsIn(lines.join('\n'));
    if (statements.length > 0) steps.push({ statements, transaction, afterRelease });
    lines = [];
  };
  for (const line of text.split('\n')) {
    const [, marker] = MARKER.exec(line) ?? [];
    if (marker === undefined) lines.push(line);
    else {
      close();
      transaction = !marker.startsWith('alone');
      afterRelease ||= marker.startsWith('when');
    }
  }
  close();
  return steps;
}

/** Cuts a text at the ends of its statements, as PostgreSQL's own parser sees them. */
function statementsIn(sql: string): readonly string[] {
  if (sql.replace(/^--[^\n]*$/gm, '').trim() === '') return [];
  const bytes = Buffer.from(sql);
  return (parseSync(sql).stmts ?? []).map(({ stmt_location: start = 0, stmt_len: length }) =>
    bytes
      .subarray(start, length === undefined ? bytes.length : start + length)
      .toString()
      .trim(),
  );
}

/** The revision that a step is. */
export function revisionOf(step: AdviceStep, index: number): new () => Revision {
  const { statements, transaction } = step;
  const made = class extends Revision {
    override readonly transaction = transaction;
    override readonly postgres: DialectStatements = { up: statements, down: [] };
    override readonly sqlite: DialectStatements = { up: [], down: [] };
  };
  Object.defineProperty(made, 'name', { value: `Advice${1_800_000_000_000 + index * 1000}` });
  return made;
}
