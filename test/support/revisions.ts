import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { LineLogger } from '../../src/logger.js';

/** A revision class of that id, whose statements are the same on both databases. */
export function revision(id: string, up: readonly string[], down: readonly string[]): new () => Revision {
  const statements: DialectStatements = { up, down };
  const made = class extends Revision {
    override readonly postgres = statements;
    override readonly sqlite = statements;
  };
  Object.defineProperty(made, 'name', { value: id });
  return made;
}

/** A logger that keeps its messages, one line an event, and the answers of migration commands word for word. */
export function keepingLogger(): { readonly logger: LineLogger; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const keep = (line: string) => lines.push(line);
  return { logger: new LineLogger('info', keep, keep), lines };
}
