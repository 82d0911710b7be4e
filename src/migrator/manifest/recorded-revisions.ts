/** Between the classes of revisions and what a manifest has of them. Pure. */

import { byDialect, type DialectName } from '../../databases/registry.js';
import { proofIn } from '../proof-checksum.js';
import { replacesIn } from '../replaced.js';
import {
  checksum,
  isWritten,
  Revision,
  type DialectStatements,
  type KnownRevision,
  orderRevisions,
  statementsOf,
} from '../revision.js';
import type { RecordedRevision, RecordedStatements } from './manifest.js';

/** What a manifest has of a revision that is a list of statements. */
export function recorded(revision: KnownRevision): RecordedRevision {
  const { id, description, phase, changes, migration } = revision;
  return {
    id,
    description,
    phase,
    proof: proofIn(migration),
    replaces: replacesIn(migration),
    changes,
    ...declaredIn(migration),
    statements: statementsIn(revision),
  };
}

type Declared = Pick<RecordedRevision, 'transaction' | 'lockTimeoutMs' | 'statementTimeoutMs'>;

/** The fields that a class declares. One that is undefined is another thing than none. */
function declaredIn({ transaction, lockTimeoutMs, statementTimeoutMs }: Declared): Declared {
  return {
    ...(transaction === undefined ? {} : { transaction }),
    ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
    ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
  };
}

function statementsIn(revision: KnownRevision): RecordedRevision['statements'] {
  const lists = Object.entries(byDialect(({ name }) => listsOf(revision, name)));
  return Object.fromEntries(lists.filter(([, list]) => list !== undefined));
}

function listsOf(revision: KnownRevision, dialect: DialectName): RecordedStatements | undefined {
  if (!isWritten(revision, dialect)) return undefined;
  const up = statementsOf(revision, dialect, 'up') ?? [];
  const down = statementsOf(revision, dialect, 'down') ?? [];
  return { up, down, checksums: { up: checksum(up), down: checksum(down) } };
}

/**
 * The revisions of a manifest, as the migrator knows those of classes, in the order of their stamps.
 *
 * @throws RevisionInvalidError as for classes
 */
export function revisionsIn(list: readonly RecordedRevision[]): readonly KnownRevision[] {
  return orderRevisions(list.map((one) => new (classOf(one))()));
}

/** A class, because that is where the migrator finds descriptions, proofs and what a revision replaces. */
function classOf(one: RecordedRevision): new () => Revision {
  const Recorded = class extends Revision {
    static override readonly description = one.description;
    static override readonly proof = one.proof;
    static override readonly phase = one.phase;
    static override readonly changes = one.changes;
    static override readonly replaces = one.replaces;

    constructor() {
      super();
      Object.assign(this, declaredIn(one), listed(one.statements));
    }
  };
  Object.defineProperty(Recorded, 'name', { value: one.id });
  return Recorded;
}

/** A database that the class leaves out keeps the lists of the prototype, which mean just that. */
function listed(statements: RecordedRevision['statements']): Readonly<Record<string, DialectStatements>> {
  return Object.fromEntries(
    Object.entries(statements).map(([dialect, { up, down }]) => [dialect, { up, down }]),
  );
}
