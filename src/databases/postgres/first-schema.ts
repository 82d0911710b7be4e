import type { Row } from '../row.js';
import type { Session } from '../session.js';
import type { RecordTables } from '../records/tables.js';
import { rejectApart, tablesBesideSql } from './record-place.js';

/** What decides where tables without a schema in their name belong. */
interface Placed {
  readonly tables: RecordTables;
  /** The tables of entities that have no schema in their name. */
  readonly plainTables: () => readonly string[];
}

/**
 * Whether a revision still creates tables where the run began: an earlier one may have created a schema that the search
 * path names before it, as "$user" does.
 */
export class FirstSchema {
  readonly #placed: Placed;

  constructor(placed: Placed) {
    this.#placed = placed;
  }

  /** Asks for what `assertHolds` takes. */
  readonly sql = 'SELECT pg_catalog.current_schema() AS "creates"';

  /** @throws TwoSchemasError as the next command would, where tables of the application are in the former schema */
  async assertHolds({ creates }: Row, session: Session): Promise<void> {
    const { tables, plainTables } = this.#placed;
    if (tables.path === undefined || creates === tables.path.schemas[0]) return;
    const names = plainTables();
    if (names.length === 0) return;
    const [rows = []] = await session.send([tablesBesideSql(tables, names)]);
    rejectApart(rows, 'This revision was not run.');
  }
}
