import { Revision, type DialectStatements } from '../migrator/revision.js';
import type { DialectGroups, RevisionPart } from './move.js';

/** The class that the file of a part is going to hold, so that it can be tried before it is written. */
export function revisionClass(id: string, part: RevisionPart): new () => Revision {
  const { postgres, sqlite } = part.groups;
  class Generated extends Revision {
    static override readonly description = part.description;
    override readonly postgres = statementsIn(postgres);
    override readonly sqlite = statementsIn(sqlite);
    override readonly transaction = part.transaction;
  }
  Object.defineProperty(Generated, 'name', { value: id });
  return Generated;
}

/** The lists of a revision, without the reasons that only its file has. */
export function statementsIn({ up, down }: DialectGroups): DialectStatements {
  return {
    up: up.flatMap(({ statements }) => statements),
    down: down.flatMap(({ statements }) => statements),
  };
}
