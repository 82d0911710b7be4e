import { byDialect } from '../../databases/registry.js';
import { proofChecksum } from '../../migrator/proof-checksum.js';
import type { Replaced } from '../../migrator/replaced.js';
import { Revision, type DialectStatements } from '../../migrator/revision.js';
import type { DialectGroups } from '../../databases/planning.js';
import type { RevisionPart } from '../plan/revision-part.js';
import { printed } from '../../sql/statement.js';

/** The proof that every file of a group contains, once these parts have run. */
export function proofOf(parts: readonly Omit<RevisionPart, 'suffix'>[]): string {
  return proofChecksum(
    parts.map(({ transaction, groups }) => ({
      transaction,
      ...byDialect(({ name }) => statementsIn(groups[name])),
    })),
  );
}

/** The class that the file of a part will contain, so that it can be tried before it is written. */
export function revisionClass(
  id: string,
  part: Omit<RevisionPart, 'suffix'>,
  { proof = '', replaces = [] }: { readonly proof?: string; readonly replaces?: readonly Replaced[] } = {},
): new () => Revision {
  const { postgres, sqlite } = part.groups;
  class Generated extends Revision {
    static override readonly description = part.description;
    static override readonly proof = proof;
    static override readonly replaces = replaces;
    static override readonly phase = part.releasePhase ?? 'expand';
    static override readonly changes = part.changes ?? {};
    override readonly postgres = statementsIn(postgres);
    override readonly sqlite = statementsIn(sqlite);
    override readonly transaction = part.transaction;
  }
  Object.defineProperty(Generated, 'name', { value: id });
  return Generated;
}

/** The lists of a revision as text, without the reasons, which only its file contains. */
export function statementsIn({ up, down }: DialectGroups): DialectStatements {
  const texts = (groups: DialectGroups['up']) => groups.flatMap(({ statements }) => statements.map(printed));
  return { up: texts(up), down: texts(down) };
}
