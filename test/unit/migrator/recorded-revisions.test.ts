import { expect } from 'chai';
import { isAsListed } from '../../../src/migrator/body.js';
import { recorded, revisionsIn } from '../../../src/migrator/manifest/recorded-revisions.js';
import type { RecordedRevision } from '../../../src/migrator/manifest/manifest.js';
import { proofIn } from '../../../src/migrator/proof-checksum.js';
import { replacesIn } from '../../../src/migrator/replaced.js';
import {
  checksumsOf,
  isWritten,
  orderRevisions,
  Revision,
  runsOutside,
  type DialectStatements,
  type KnownRevision,
} from '../../../src/migrator/revision.js';

class AddPonds1800000000801 extends Revision {
  static override readonly description = 'Adds ponds.';
  static override readonly proof = 'a1b2';
  override readonly postgres: DialectStatements = {
    up: ['CREATE TABLE "ponds" ()'],
    down: ['DROP TABLE "ponds"'],
  };
  override readonly sqlite: DialectStatements = { up: ['CREATE TABLE "ponds" ("n" int)'], down: [] };
  override readonly lockTimeoutMs = 70;
}

class IndexPonds1800000000802 extends Revision {
  static override readonly phase = 'contract';
  static override readonly replaces = [
    'OldPonds1800000000700',
    { id: 'Both1800000000710', replaces: ['A1800000000701'] },
  ];
  override readonly transaction = false;
  override readonly statementTimeoutMs = 900;
  override readonly postgres: DialectStatements = {
    up: ['CREATE INDEX CONCURRENTLY "i" ON "ponds" ()'],
    down: [],
  };
}

/** What the migrator asks of a revision. */
function seen(revision: KnownRevision): unknown {
  const { id, stamp, description, phase, changes, migration } = revision;
  const { lockTimeoutMs, statementTimeoutMs, transaction } = migration;
  return {
    ...{ id, stamp, description, phase, changes, lockTimeoutMs, statementTimeoutMs, transaction },
    ...{ proof: proofIn(migration), replaces: replacesIn(migration) },
    checksums: checksumsOf(revision, 'postgres'),
    written: [isWritten(revision, 'postgres'), isWritten(revision, 'sqlite')],
    outside: [runsOutside(revision, 'postgres', 'up'), runsOutside(revision, 'sqlite', 'up')],
    listed: [isAsListed(migration, 'up'), isAsListed(migration, 'down')],
  };
}

function throughFile(revisions: readonly KnownRevision[]): readonly KnownRevision[] {
  return revisionsIn(JSON.parse(JSON.stringify(revisions.map(recorded))) as readonly RecordedRevision[]);
}

describe('Revisions of a manifest', () => {
  it('Revisions of a manifest are to the migrator what their classes are', () => {
    const revisions = orderRevisions([new AddPonds1800000000801(), new IndexPonds1800000000802()]);
    expect(throughFile(revisions).map(seen)).to.deep.equal(revisions.map(seen));
  });

  it('Revisions of a manifest leave out the databases that their classes leave out', () => {
    const [, second] = orderRevisions([new AddPonds1800000000801(), new IndexPonds1800000000802()]);
    expect(Object.keys(recorded(second as KnownRevision).statements)).to.deep.equal(['postgres']);
  });
});
