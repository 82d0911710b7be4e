import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { databaseOf } from '../../../src/databases/registry.js';
import { TypeormSession } from '../../../src/databases/typeorm-session.js';
import { execute } from '../../support/cli-database.js';
import { onDatabase } from '../../support/databases.js';
import { partitionedEntity } from '../../support/partitioned-entity.js';
import { findings, IN_SYNC, plainDataSource } from './no-false-alarm-database.js';

const event: EntitySchema = partitionedEntity(
  'event',
  { by: 'id', strategy: 'list', partitions: { one: [1], two: [2], three: [3] } },
  {
    columns: {
      id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk' },
      a: { type: 'integer', default: 0 },
      b: { type: 'integer', default: 0 },
      c: { type: 'integer', nullable: true },
      note: { type: 'text', default: 'x' },
    },
  },
);
const PARENT = [
  `CREATE TABLE event (id integer NOT NULL, a integer NOT NULL DEFAULT 0, b integer NOT NULL DEFAULT 0, c integer,
     note text NOT NULL DEFAULT 'x', CONSTRAINT pk PRIMARY KEY (id)) PARTITION BY LIST (id)`,
  'CREATE TABLE event_one PARTITION OF event FOR VALUES IN (1)',
];
/** A table with these columns, which becomes a partition. */
const attached = (name: string, value: number, columns: string) => [
  `CREATE TABLE ${name} (${columns})`,
  `ALTER TABLE event ATTACH PARTITION ${name} FOR VALUES IN (${value})`,
];
const [ID, A, B, C, NOTE] = [
  'id integer NOT NULL',
  'a integer NOT NULL DEFAULT 0',
  'b integer NOT NULL DEFAULT 0',
  'c integer',
  `note text NOT NULL DEFAULT 'x'`,
];
/** As many defaults at the same numbers as the table has, but of another column. */
const OF_ANOTHER = [ID, A, `${C} DEFAULT 0`, 'b integer NOT NULL', NOTE].join(', ');

const CASES: readonly {
  readonly title: string;
  readonly sql: readonly string[];
  readonly unmanaged: readonly string[];
}[] = [
  { title: 'nothing where each partition is like its table', sql: [], unmanaged: [] },
  {
    title: 'nothing where the columns of a partition are in another order',
    sql: attached('event_two', 2, [NOTE, C, B, A, ID].join(', ')),
    unmanaged: [],
  },
  {
    title: 'a default of another column at the same place, and the one that is missing',
    sql: attached('event_two', 2, OF_ANOTHER),
    unmanaged: ['default event_two.b', 'default event_two.c'],
  },
  {
    title: 'a default that is missing in one partition, and another one in a second',
    sql: [
      ...attached('event_two', 2, [ID, A, B, C, 'note text NOT NULL'].join(', ')),
      ...attached('event_three', 3, [ID, A, B, C, `note text NOT NULL DEFAULT 'y'`].join(', ')),
    ],
    unmanaged: ['default event_three.note', 'default event_two.note'],
  },
  {
    title: 'nothing where a default is spelt in another way',
    sql: attached('event_two', 2, [ID, A, `b integer NOT NULL DEFAULT (0)`, C, NOTE].join(', ')),
    unmanaged: [],
  },
  {
    title: 'what partitions of a partition have, in another schema too',
    sql: [
      'CREATE SCHEMA other',
      'CREATE TABLE event_two PARTITION OF event FOR VALUES IN (2) PARTITION BY HASH (id)',
      'CREATE TABLE event_two_a PARTITION OF event_two FOR VALUES WITH (MODULUS 2, REMAINDER 0)',
      'CREATE TABLE other.event_two_b PARTITION OF event_two FOR VALUES WITH (MODULUS 2, REMAINDER 1)',
      'CREATE INDEX alone ON event_two_a (c, note)',
      'CREATE INDEX whole ON event_two (c)',
      'CREATE INDEX alone ON other.event_two_b (c, a)',
      `ALTER TABLE event_two_a ALTER COLUMN note SET DEFAULT 'z', ADD CONSTRAINT ck CHECK (c > 0)`,
    ],
    unmanaged: [
      'check event_two_a.ck',
      'default event_two_a.note',
      'index event_two.whole',
      'index event_two_a.alone',
    ],
  },
];

onDatabase('postgres', 'What partitions alone have (PostgreSQL)', (database) => {
  for (const { title, sql, unmanaged } of CASES)
    it(`A check reports ${title}`, async () => {
      await execute(database(), [...PARENT, ...sql]);
      const dataSource = await plainDataSource(database(), { entities: [event] }).initialize();
      try {
        expect(await findings(dataSource)).to.deep.equal({ ...IN_SYNC, unmanaged });
      } finally {
        await dataSource.destroy();
      }
    });

  it('A check sends the same queries whatever the number of partitions', async () => {
    await execute(database(), PARENT);
    const few = await sent();
    const more = Array.from(
      { length: 40 },
      (_, at) => `CREATE TABLE more_${at} PARTITION OF event FOR VALUES IN (${at + 10})`,
    );
    await execute(database(), more);
    expect(await sent()).to.deep.equal(few);
    expect(few).to.have.length(1);
  });

  /** The messages of one reading of the catalogs. */
  async function sent(): Promise<readonly string[]> {
    const dataSource = await plainDataSource(database(), {}).initialize();
    const session = new TypeormSession(dataSource.createQueryRunner());
    const messages: string[] = [];
    try {
      const dialect = databaseOf(dataSource);
      const readAll = dialect.readAll(session);
      await dialect.catalog.introspect(
        (statements) => {
          messages.push(statements.join('\n'));
          return readAll(statements);
        },
        ['public'],
        ['event'],
      );
      return messages;
    } finally {
      await session.close();
      await dataSource.destroy();
    }
  }
});
