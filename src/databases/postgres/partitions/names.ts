/** Names of what a move of rows into other partitions makes, and removes in its last transaction. */

import { NAME_BYTES, truncated } from '../../../sql/identifiers.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import type { LiveTable } from '../../partitioning.js';
import { partitionPath } from './statements.js';

/** The comment by which a table of a move is known. */
export const MARK = 'orchestrator-db: rows of a default partition are being moved';

/** The name of the table that gets the rows. */
export function stagingName(table: string): string {
  return withEnding(table, '_moving');
}

/** What a move makes, as SQL. */
interface MoveNames {
  /** The partitioned table that gets the rows. */
  readonly staging: string;
  /** Its default partition, which becomes that of the table where that one is moved. */
  readonly rest: string;
  /** The keys of the rows that others change meanwhile. */
  readonly log: string;
  readonly trigger: string;
  /** The trigger for TRUNCATE. */
  readonly all: string;
  /** The function of the trigger, with its schema. */
  readonly noting: string;
}

/** The names for a table. */
export function moveNames(table: LiveTable): MoveNames {
  const { name, rest } = table;
  const own = (text: string) => partitionPath(table, text);
  return {
    staging: own(stagingName(name)),
    rest: own(withEnding(rest?.name ?? name, '_new')),
    log: own(withEnding(name, '_moves')),
    trigger: quoteIdentifier(withEnding(name, '_moves')),
    all: quoteIdentifier(withEnding(name, '_moves_all')),
    noting: own(withEnding(name, '_moves')),
  };
}

/** A name that ends so, shortened where it is too long. */
export function withEnding(name: string, ending: string): string {
  return `${truncated(name, NAME_BYTES - ending.length)}${ending}`;
}
