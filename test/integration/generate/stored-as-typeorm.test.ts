import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Column, Entity, PrimaryColumn, ViewColumn, ViewEntity } from 'typeorm';
import { NO_CONFIRMATIONS } from '../../../src/generate/confirm/confirmations.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import type { SqliteTarget } from '../../../src/database-url.js';
import { guard } from '../../../src/guard.js';
import { EntityFileError, EntityNamesError } from '../../../src/errors/entities.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { readStatus } from '../../../src/migrator/status.js';
import { execute } from '../../support/cli-database.js';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { expectFailure } from '../../support/failures.js';
import { revision } from '../../support/revisions.js';
import {
  entity,
  findings,
  findingsAfterSynchronize,
  IN_SYNC,
  plainDataSource,
  synchronized,
} from '../drift/no-false-alarm-database.js';
import { ANYHOW, job, NUMBER, verifyEach, type Case, type Columns } from './case.js';
import { runPair } from './property/pairs.js';

const MOOD = { type: 'simple-enum', enumName: 'mood' } as const;

const BOTH: readonly Case[] = [
  [
    'an apostrophe in a default and in a value of an enumerated type',
    job({ n: NUMBER }),
    job({
      name: { type: 'varchar', default: "it's" },
      state: { type: 'simple-enum', enum: ['a', "c's"], default: "c's" },
    }),
    { drops: ['job.n'] },
  ],
  [
    'an apostrophe that the entity has doubled',
    job({ n: NUMBER }),
    job({ n: NUMBER, name: { type: 'varchar', default: "it''s" } }),
  ],
];

/** Only PostgreSQL has these types. */
const POSTGRES: readonly Case[] = [
  [
    'a second column of an enumerated type, which has its name alone',
    job({ a: { ...MOOD, enum: ['x', 'y'] } }),
    job({ a: { ...MOOD, enum: ['x', 'y'] }, b: { ...MOOD, nullable: true } }),
  ],
  ...[
    [{ precision: 2 }, {}],
    [{}, { precision: 3 }],
    [{ precision: 3 }, { precision: 6 }],
  ].map(([before, after]): Case => [
    `an interval with a default, from ${JSON.stringify(before)} to ${JSON.stringify(after)}`,
    job({ n: { type: 'interval', default: () => `'1 day'::interval`, ...before } }),
    job({ n: { type: 'interval', default: () => `'1 day'::interval`, ...after } }),
    ANYHOW,
  ]),
  [
    'an interval whose default is dropped with its precision',
    job({ n: { type: 'interval', precision: 3, default: () => `'1 day'::interval` } }),
    job({ n: { type: 'interval', precision: 6 } }),
    ANYHOW,
  ],
  [
    'a list of texts with another length',
    job({ n: { type: 'varchar', length: 20, array: true } }),
    job({ n: { type: 'varchar', length: 30, array: true } }),
    ANYHOW,
  ],
];

describe('What TypeORM stores in another way than it is written', () => {
  verifyEach(BOTH);

  for (const [what, before, after, words] of POSTGRES)
    it(`A generated revision passes verification on PostgreSQL for ${what}`, async function () {
      this.timeout(120_000);
      const pair = { before, after, words: { ...NO_CONFIRMATIONS, ...words } };
      await runPair({ ...pair, dialects: ['postgres'], preserved: [] });
    });
});

/** Its child has another default for the same column. */
@Entity('parents')
class Parent {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', default: 'PERSON' })
  kind!: string;
}

@Entity('children')
class Child extends Parent {
  @Column({ type: 'varchar', default: 'PET' })
  override kind!: string;
}

const UNIQUE = { uniques: [{ columns: ['a'], deferrable: 'INITIALLY DEFERRED' as const }] };

/** TypeORM 0.3 ignores when it is checked. */
const EXCLUSION = {
  exclusions: [
    { expression: 'USING gist (int4range(a, a + 10) WITH &&)', deferrable: 'INITIALLY DEFERRED' as const },
  ],
};

const TWICE = {
  uniques: [
    { name: 'first', columns: ['a'] },
    { name: 'second', columns: ['a'] },
  ],
};

eachDatabase('A model that TypeORM changes before it stores it', (database) => {
  it('An inherited column keeps the default of its own class, however often TypeORM reads the decorators', async () => {
    await execute(database(), ['CREATE TABLE other (id integer)']);
    const dataSource = plainDataSource(database(), { entities: [Parent, Child] });
    const check = async () =>
      (await checkDrift(dataSource)).changes.map(({ kind, table }) => `${kind} ${table}`);
    const missing = ['create-table children', 'create-table parents'];
    expect([await check(), await check()]).to.deep.equal([missing, missing]);
    await synchronized(database(), { entities: [Parent, Child] }, async (made) => {
      expect((await findings(made)).changes).to.deep.equal([]);
    });
  });

  it('It keeps that default too where TypeORM loads the file of the classes', async () => {
    await execute(database(), ['CREATE TABLE other (id integer)']);
    const file = fileURLToPath(new URL('../../support/inherited/entities.ts', import.meta.url));
    const defaults = async () => {
      const { changes } = await checkDrift(plainDataSource(database(), { entities: [file] }));
      return changes.flatMap((change) =>
        change.kind === 'create-table'
          ? change.desired.columns.flatMap((column) => column.default?.sql ?? [])
          : [],
      );
    };
    expect([await defaults(), await defaults()]).to.deep.equal([
      ["'PERSON'", "'PET'"],
      ["'PERSON'", "'PET'"],
    ]);
  });

  it('It keeps that default in a guarded DataSource', async () => {
    class Owner {}
    class Tenant extends Owner {}
    for (const [target, value] of [
      [Owner, 'OWNS'],
      [Tenant, 'RENTS'],
    ] as const) {
      Column({ type: 'varchar', default: value })(target.prototype, 'kind');
      Entity(target.name)(target);
    }
    PrimaryColumn({ type: 'integer' })(Owner.prototype, 'id');
    const defaults = async () => {
      const dataSource = await guard(plainDataSource(database(), { entities: [Owner, Tenant] })).initialize();
      await dataSource.destroy();
      return dataSource.entityMetadatas.map(
        (metadata) => metadata.findColumnWithPropertyName('kind')?.default as unknown,
      );
    };
    expect([await defaults(), await defaults()]).to.deep.equal([
      ['OWNS', 'RENTS'],
      ['OWNS', 'RENTS'],
    ]);
  });

  for (const [title, columns, rest] of [
    ['a deferrable unique constraint', { a: { type: 'integer' } }, UNIQUE],
    ['a comment with a NUL', { a: { type: 'integer', comment: 'a\0b' } }, {}],
    ['a key that may be null', { a: { type: 'integer', primary: true, nullable: true } }, {}],
    ['a key that is unique besides', { a: { type: 'integer', primary: true, unique: true } }, {}],
    ['two unique constraints of the same columns', { a: { type: 'integer' } }, TWICE],
    ['a deferrable exclusion constraint', { a: { type: 'integer' } }, EXCLUSION],
    ['a list of enumerated values', { a: { type: 'simple-enum', enum: ['x', 'y'], array: true } }, {}],
  ] as readonly (readonly [string, Columns, object])[])
    it(`A check is in sync after synchronize() with ${title}`, async () => {
      expect(
        await findingsAfterSynchronize(database(), { entities: [entity('post', columns, rest)] }),
      ).to.deep.equal(IN_SYNC);
    });
});

@ViewEntity({ name: 'posts', materialized: true, expression: 'SELECT "id" FROM "post"' })
class Posts {
  @ViewColumn()
  id!: number;
}

eachDatabase('A view that keeps its rows', (database) => {
  it('A materialized view is in sync after synchronize(), also where TypeORM creates an ordinary one', async () => {
    const entities = [entity('post', {}), Posts];
    const { status, changes } = await findingsAfterSynchronize(database(), { entities });
    expect({ status, changes }).to.deep.equal({ status: 'in-sync', changes: [] });
  });
});

const SPATIAL = { indices: [{ name: 'area', columns: ['a'], spatial: true }] };

onDatabase('sqlite', 'Entities with what SQLite has not (SQLite)', (database) => {
  beforeEach(() => execute(database(), ['CREATE TABLE other (id integer)']));

  it('A table has no schema there, as TypeORM has it', async () => {
    const entities = [entity('post', {}, { schema: 'blog' })];
    const { status, changes } = await findingsAfterSynchronize(database(), { entities });
    expect({ status, changes }).to.deep.equal({ status: 'in-sync', changes: [] });
  });

  it('The DataSource has no schema there either, for its tables and for the records', async () => {
    const dataSource = plainDataSource(database(), {
      ...{ entities: [entity('post', {})], schema: 'app' },
      migrations: [
        revision('Posts1700000000000', ['CREATE TABLE "post" ("id" integer PRIMARY KEY NOT NULL)'], []),
      ],
    });
    await dataSource.initialize();
    try {
      await migrateUp(dataSource);
      expect((await readStatus(dataSource)).current).to.equal('Posts1700000000000');
      expect((await findings(dataSource)).changes).to.deep.equal([]);
    } finally {
      await dataSource.destroy();
    }
  });

  it('An index has no method there', async () => {
    const entities = [entity('post', { a: { type: 'integer' } }, SPATIAL)];
    const { status, changes } = await findingsAfterSynchronize(database(), { entities });
    expect({ status, changes }).to.deep.equal({ status: 'in-sync', changes: [] });
  });

  it('Two entities of different schemas that would have one table are named', async () => {
    const entities = [entity('post', {}, { schema: 'blog' }), entity('mail', {}, { tableName: 'post' })];
    await expectFailure(
      checkDrift(plainDataSource(database(), { entities })),
      EntityNamesError,
      'The tables blog.post and post have one name in the database, post. SQLite has no schemas: specify another table name for one of them.',
    );
  });

  it('An entity of an attached file is refused', async () => {
    const file = `${(database().target as SqliteTarget).path}.other`;
    writeFileSync(file, '');
    const entities = [entity('post', {}, { database: file })];
    await expectFailure(
      checkDrift(plainDataSource(database(), { entities })),
      EntityFileError,
      `The entity post is in the file ${file}, which TypeORM attaches: a DataSource migrates its main file alone. Specify synchronize: false in the entity, and migrate that file with a DataSource of its own, whose entities are classes for the same tables with neither database nor synchronize.`,
    );
  });
});

onDatabase('postgres', 'Names of more than 63 bytes (PostgreSQL)', (database) => {
  it('Two columns that PostgreSQL gives one name are named', async () => {
    const [name, first, second] = [63, 64, 65].map((length) => 'a'.repeat(length)) as [
      string,
      string,
      string,
    ];
    const entities = [entity('post', { [first]: { type: 'integer' }, [second]: { type: 'integer' } })];
    await expectFailure(
      checkDrift(plainDataSource(database(), { entities })),
      EntityNamesError,
      `The columns of post ${first} and ${second} have one name in the database, ${name}. PostgreSQL cuts a name after 63 bytes: specify shorter ones.`,
    );
  });
});
