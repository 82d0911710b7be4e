import { expect } from 'chai';
import { upgraded, type SnapshotJson } from '../../../../src/generate/compare/snapshot-version.js';

/** Version 2 names the head otherwise, version 3 counts the schemas. */
const UPGRADES: readonly ((former: SnapshotJson) => SnapshotJson)[] = [
  ({ head, ...rest }) => ({ ...rest, newest: head }),
  (former) => ({ ...former, count: Object.keys(former['schemas'] as object).length }),
];
const LATEST = { version: 3, newest: 'A1', schemas: { sqlite: {} }, count: 1 };

describe('A snapshot of a former version', () => {
  for (const [title, snapshot] of [
    ['without a version', { head: 'A1', schemas: { sqlite: {} } }],
    ['of version 1', { version: 1, head: 'A1', schemas: { sqlite: {} } }],
    ['of version 2', { version: 2, newest: 'A1', schemas: { sqlite: {} } }],
    ['of version 3', LATEST],
  ] as const)
    it(`A snapshot of a former version becomes one of the version that is written: ${title}`, () => {
      expect(upgraded(snapshot, UPGRADES)).to.deep.equal(LATEST);
    });

  for (const version of [0, -1, 1.5, 4, 'next', null])
    it(`A snapshot of an unknown version is not read: ${String(version)}`, () => {
      expect(upgraded({ version, schemas: {} }, UPGRADES)).to.equal(undefined);
    });
});
