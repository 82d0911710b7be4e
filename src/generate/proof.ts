import type { DataSource } from 'typeorm';
import { checkDrift } from '../drift/check-drift.js';
import { migrateDown, migrateUp } from '../migrator/migrator.js';
import { describeChange } from '../schema/change.js';
import type { SchemaModel, Uncomparable } from '../schema/model.js';
import { readHead } from './head.js';
import { keysToFill, schemaToFill } from './fill-schema.js';
import { hintsOf } from './hints.js';
import { keptOf, releasedCounters } from './kept.js';
import { prove, type Proof } from './prove/prove.js';
import type { DialectReading } from './read-dialect.js';

/** A proof, and the schema at the new head. */
export interface DialectProof extends Proof {
  readonly schema: SchemaModel;
}

/**
 * Proves the revisions behind those of a reading on an empty scratch database.
 *
 * @param dataSource with all of them
 */
export async function proveRevisions(
  dataSource: DataSource,
  { head, to, renames, revisions }: DialectReading,
): Promise<DialectProof> {
  const last = revisions.at(-1);
  if (last !== undefined) await migrateUp(dataSource, { target: last });
  const of = { head, desired: to, renames };
  const queryRunner = dataSource.createQueryRunner();
  try {
    const proof = await prove(
      queryRunner,
      {
        schema: schemaToFill(of),
        kept: keptOf(of),
        releasedCounters: releasedCounters(of),
        hints: hintsOf(of),
        keys: keysToFill(of),
      },
      {
        up: async () => {
          await migrateUp(dataSource);
        },
        down: async () => {
          await migrateDown(dataSource, { target: last ?? 'base' });
        },
        drift: () => differences(dataSource),
      },
    );
    const { schema } = await readHead(dataSource, new Set());
    return { ...proof, schema };
  } finally {
    await queryRunner.release();
  }
}

async function differences(dataSource: DataSource): Promise<readonly string[]> {
  const { changes, uncomparable } = await checkDrift(dataSource);
  return [...changes.map(describeChange), ...uncomparable.filter(isOfEntities).map(inWords)];
}

/** What entities cannot say was there before, and a view is never compared. */
function isOfEntities({ kind, desired }: Uncomparable): boolean {
  return kind !== 'view' && desired !== null;
}

function inWords({ kind, table, object, reason }: Uncomparable): string {
  return `${kind} ${table}.${object} cannot be compared: ${reason}`;
}
