import type { KnownTarget } from '../src/database-url.js';
import { migrations } from '../src/migrations/index.js';
import type { Command } from './migrate-process.js';
import { withoutConcurrently } from './migrate-transactional.js';

/** A command line that applies and reverts the revisions of this project on one database. */
export interface Tool {
  readonly up: Command;
  /** From head to base; several where each reverts one revision, none where the tool cannot. */
  readonly down: readonly Command[];
  /** Further commands, which are run with nothing to do. */
  readonly more?: Readonly<Record<string, Command>>;
}

/** Another tool, if it is here. */
export interface Peer {
  readonly name: string;
  /** undefined when it is not installed. */
  readonly program: string | undefined;
  /** Writes the revisions into an empty folder, in the tool's own format. */
  readonly prepare: (folder: string, target: KnownTarget, program: string) => Tool;
}

/** A revision as any tool can run it. */
export interface Plain {
  readonly stamp: number;
  readonly up: readonly string[];
  readonly down: readonly string[];
}

export function plainRevisions({ dialect }: KnownTarget): readonly Plain[] {
  return migrations.map((Migration) => {
    const {
      [dialect]: { up, down },
    } = new Migration();
    const stamp = Number(/\d{13}$/.exec(Migration.name)?.[0]);
    return { stamp, up: up.map(withoutConcurrently), down: down.map(withoutConcurrently) };
  });
}
