import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SnapshotStaleError, SnapshotUnknownError } from '../../../../src/errors/generate.js';
import {
  assertCurrent,
  managedIn,
  readSnapshot,
  snapshotText,
  type Snapshot,
} from '../../../../src/generate/compare/snapshot.js';
import { raw } from '../../../../src/schema/model.js';
import { column, full, index, schema, canonicalized, table } from '../../schema/samples.js';
import { thrownBy } from '../../support/thrown-by.js';

const JOBS = schema(
  table('jobs', { columns: [column('a', { default: canonicalized('now()', 'CURRENT_TIMESTAMP') })] }),
);
const SNAPSHOT: Snapshot = {
  head: 'AddJobs1764000000000',
  schemas: { postgres: { ...JOBS, enums: [{ name: 'state', values: ['A'] }] } },
};

const sqliteSchema = { ...schema(table('jobs', { columns: [column('a')] })), dialect: 'sqlite' } as const;

/** A snapshot as its file has it. */
interface Whole {
  readonly schemas: { readonly sqlite: { readonly tables: readonly object[] } };
}

describe('The snapshot of a schema', () => {
  it('The snapshot keeps expressions as they are written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-snapshot-'));
    try {
      expect(await readSnapshot(folder)).to.equal(undefined);
      const whole = { head: null, schemas: { postgres: schema(full) } };
      await writeFile(join(folder, 'snapshot.json'), snapshotText(whole));
      const read = await readSnapshot(folder);
      expect(snapshotText(read ?? whole)).to.equal(snapshotText(whole));
      await writeFile(join(folder, 'snapshot.json'), snapshotText(SNAPSHOT));
      const again = await readSnapshot(folder);
      expect(again?.schemas.postgres?.tables[0]?.columns[0]?.default).to.deep.equal(raw('now()'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('The same schema is the same text in whatever order a server has it, and columns keep theirs', () => {
    const textOf = (columns: readonly string[], names: readonly string[]) => {
      const indexes = names.map((name) => index(name));
      const tables = names.map((name) =>
        table(name, { columns: columns.map((one) => column(one)), indexes }),
      );
      return snapshotText({ head: null, schemas: { postgres: schema(...tables) } });
    };
    expect(textOf(['b', 'a'], ['x', 'y'])).to.equal(textOf(['b', 'a'], ['y', 'x']));
    expect(textOf(['b', 'a'], ['x'])).not.to.equal(textOf(['a', 'b'], ['x']));
  });

  for (const [title, text, words] of [
    ['a newer version', '{"version":3,"head":null,"schemas":{}}', 'has version 3'],
    ['a version that is no number', '{"version":"next","head":null,"schemas":{}}', 'has version "next"'],
    [
      'an unknown field',
      '{"version":1,"head":null,"schemas":{},"stages":[]}',
      'contains unknown fields (stages)',
    ],
    [
      'unknown fields in a schema, whatever they hold',
      '{"head":null,"schemas":{"sqlite":{"dialect":"sqlite","shades":[],"enums":[],"tables":[{"columns":[{"masked":true,"default":{"sql":"1","of":2}}]}]}}}',
      'contains unknown fields (schemas.sqlite.shades, schemas.sqlite.tables[0].columns[0].masked, schemas.sqlite.tables[0].columns[0].default.of)',
    ],
    [
      'several unknown fields in one object, and such as every object inherits',
      '{"head":null,"schemas":{},"stages":[],"constructor":1,"__proto__":{},"toString":2,"shade":3,"sixth":4}',
      'contains unknown fields (stages, constructor, __proto__, toString, shade)',
    ],
  ] as const)
    it(`The generator refuses a snapshot with ${title}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-snapshot-'));
      const path = join(folder, 'snapshot.json');
      await writeFile(path, text);
      const error: unknown = await readSnapshot(folder).catch((reason: unknown) => reason);
      await rm(folder, { recursive: true });
      expect(error).to.be.instanceOf(SnapshotUnknownError).and.have.property('code', 'SNAPSHOT_UNKNOWN');
      expect((error as Error).message).to.equal(
        `${path} ${words}. This version of orchestrator-db reads and writes version 2. Nothing was written. ` +
          'Use the version of orchestrator-db that wrote the file: npm install orchestrator-db@latest',
      );
    });

  const whole = JSON.parse(snapshotText({ head: null, schemas: { sqlite: sqliteSchema } })) as Whole;
  const [jobs] = whole.schemas.sqlite.tables;
  for (const [title, value, words] of [
    ['is no object', 5, 'the file must be an object, not 5'],
    ['has a head that is no text', { ...whole, head: 1 }, 'head must be string, not 1'],
    ['is of a third database', { head: null, schemas: { mysql: {} } }, 'schemas.mysql is unknown'],
    [
      'has a schema under the name of the other database',
      { head: null, schemas: { postgres: whole.schemas.sqlite } },
      'schemas.postgres.dialect must be "postgres", not "sqlite"',
    ],
    ['lacks a field of a column', withColumn({ type: undefined }), 'columns[0].type is missing'],
    [
      'has a value of another kind',
      withColumn({ nullable: 'no' }),
      'columns[0].nullable must be boolean, not "no"',
    ],
    [
      'has a word that is none',
      withColumn({ storage: 'x'.repeat(60) }),
      `columns[0].storage must be ("stored" | "virtual"), not "${'x'.repeat(39)}...`,
    ],
    ['has an expression without text', withColumn({ default: {} }), 'columns[0].default.sql is missing'],
  ] as const)
    it(`A snapshot is stale where it ${title}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-snapshot-'));
      await writeFile(join(folder, 'snapshot.json'), JSON.stringify(value));
      const error: unknown = await readSnapshot(folder).catch((reason: unknown) => reason);
      await rm(folder, { recursive: true });
      expect(error).to.be.instanceOf(SnapshotStaleError);
      expect((error as Error).message)
        .to.include('snapshot.json: it is not a snapshot of a schema: ')
        .and.to.include(`${words}. If the DataSource has every revision`);
    });

  function withColumn(changes: object): object {
    const columns = [{ ...column('a'), ...changes }];
    return { ...whole, schemas: { sqlite: { ...whole.schemas.sqlite, tables: [{ ...jobs, columns }] } } };
  }

  it('A snapshot starts with its version, and one without a version is read', async () => {
    expect(snapshotText(SNAPSHOT)).to.match(/^\{\n {2}"version": 2,\n {2}"head": /);
    const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-snapshot-'));
    await writeFile(join(folder, 'snapshot.json'), snapshotText(SNAPSHOT).replace('"version": 2,', ''));
    expect(await readSnapshot(folder)).to.have.property('head', SNAPSHOT.head);
    await rm(folder, { recursive: true });
  });

  it('A snapshot names the tables and types of the entities', () => {
    expect(managedIn(SNAPSHOT, 'postgres')).to.deep.equal(['jobs', 'state']);
    expect(managedIn(SNAPSHOT, 'sqlite')).to.deep.equal([]);
    expect(managedIn(undefined, 'postgres')).to.deep.equal([]);
  });

  const other = schema(table('jobs', { columns: [column('a'), column('b')] }));
  const check = (revisions: readonly string[], live = JOBS) =>
    assertCurrent(SNAPSHOT, revisions, { folder: 'm', canonical: [{ live, confirmed: JOBS }], remains: [] });

  it('A snapshot is current where it matches head, and may be older', () => {
    check(['AddJobs1764000000000']);
    check(['AddJobs1764000000000', 'More1764000000001'], other);
  });

  it('A snapshot is stale where its head is not a listed revision', () => {
    expect(thrownBy(SnapshotStaleError, () => check(['More1764000000001'])).message).to.equal(
      'm/snapshot.json: its head is AddJobs1764000000000, which the DataSource does not have. Nothing was written. ' +
        'If the project still has that revision, add it to the migrations of the DataSource and generate again. ' +
        'No file in m mentions it. If it belongs to another branch or was removed for good, delete m/snapshot.json and generate again.',
    );
  });

  it('A snapshot is stale where the revisions create another schema', () => {
    const { differences } = thrownBy(SnapshotStaleError, () => check(['AddJobs1764000000000'], other));
    expect(differences).to.have.length(2);
    expect(differences[1]).to.match(/^Column jobs\.b is in the database/);
  });
});
