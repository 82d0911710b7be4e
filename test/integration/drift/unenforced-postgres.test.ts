import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { hasFindings, reportLines } from '../../../src/drift/report.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';
import { linesOf } from './sensitivity/seeded-change.js';

@Entity({ name: 'houses' })
class House {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_houses' })
  id!: number;
}

@Entity({ name: 'rooms' })
@Unique('uq_rooms_number', ['id', 'number'], { deferrable: 'INITIALLY DEFERRED' })
@Check('ck_rooms_number', 'number > 0')
@Index('ix_rooms_number', ['number', 'id'], { unique: true })
class Room {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_rooms' })
  id!: number;

  @Column('integer')
  number!: number;

  @ManyToOne(() => House)
  @JoinColumn({ name: 'house', foreignKeyConstraintName: 'fk_rooms_house' })
  house!: House;
}

const PARTITIONED = `CREATE TABLE rooms (id integer NOT NULL, number integer NOT NULL, house integer,
  CONSTRAINT ck_rooms_number CHECK (number > 0)) PARTITION BY RANGE (id)`;
const PARTITION = 'CREATE TABLE rooms_1 PARTITION OF rooms FOR VALUES FROM (0) TO (1000)';
const SUBPARTITIONED = `CREATE TABLE rooms_2 PARTITION OF rooms FOR VALUES FROM (1000) TO (2000) PARTITION BY RANGE (id)`;
const SUBPARTITION = 'CREATE TABLE rooms_3 PARTITION OF rooms_2 FOR VALUES FROM (1000) TO (2000)';
const key = ([kind, name, columns]: readonly [string, string, string], only = '') =>
  `ALTER TABLE ${only} rooms ADD CONSTRAINT ${name} ${kind} (${columns})${name === 'uq_rooms_number' ? ' DEFERRABLE INITIALLY DEFERRED' : ''}`;
const PRIMARY = (only?: string) => key(['PRIMARY KEY', 'pk_rooms', 'id'], only);
const UNIQUE = (only?: string) => key(['UNIQUE', 'uq_rooms_number', 'id, number'], only);
const FOREIGN = 'ALTER TABLE rooms ADD CONSTRAINT fk_rooms_house FOREIGN KEY (house) REFERENCES houses (id)';
const INDEX = (only = '') => `CREATE UNIQUE INDEX ix_rooms_number ON ${only} rooms (number, id)`;
const PARTITIONS = [PARTITION, SUBPARTITIONED, SUBPARTITION];
const WHOLE = ['DROP TABLE rooms', PARTITIONED, PRIMARY(), UNIQUE(), FOREIGN, INDEX(), ...PARTITIONS];

interface Case {
  readonly title: string;
  readonly sql: readonly string[];
  /** `kind table.object: reason`, up to the first comma. */
  readonly uncomparable?: readonly string[];
  readonly changes?: readonly string[];
  readonly since?: number;
}

const cases: readonly Case[] = [
  { title: 'nothing, where all of it is enforced on partitions', sql: WHOLE },
  {
    title: 'a primary key of ONLY the parent',
    sql: ['DROP TABLE rooms', PARTITIONED, ...PARTITIONS, PRIMARY('ONLY'), UNIQUE(), FOREIGN, INDEX()],
    uncomparable: ['primary-key rooms.pk_rooms: its index is not valid'],
  },
  {
    title: 'a unique constraint of ONLY the parent',
    sql: ['DROP TABLE rooms', PARTITIONED, ...PARTITIONS, PRIMARY(), UNIQUE('ONLY'), FOREIGN, INDEX()],
    uncomparable: ['unique rooms.uq_rooms_number: its index is not valid'],
  },
  {
    title: 'an index of ONLY the parent',
    sql: ['DROP TABLE rooms', PARTITIONED, ...PARTITIONS, PRIMARY(), UNIQUE(), FOREIGN, INDEX('ONLY')],
    changes: ['alter-index rooms.ix_rooms_number (valid)'],
  },
  {
    title: 'a foreign key whose triggers are disabled on the child',
    sql: ['ALTER TABLE rooms DISABLE TRIGGER ALL'],
    uncomparable: [
      'unique rooms.uq_rooms_number: its triggers are disabled',
      'foreign-key rooms.fk_rooms_house: its triggers are disabled',
    ],
  },
  {
    title: 'a foreign key whose triggers are disabled on the parent',
    sql: ['ALTER TABLE houses DISABLE TRIGGER ALL'],
    uncomparable: ['foreign-key rooms.fk_rooms_house: its triggers are disabled'],
  },
  {
    title: 'a foreign key whose triggers are disabled on a partition of a partition',
    sql: [...WHOLE, 'ALTER TABLE rooms_3 DISABLE TRIGGER ALL'],
    uncomparable: [
      'unique rooms.uq_rooms_number: its triggers are disabled',
      'foreign-key rooms.fk_rooms_house: its triggers are disabled',
    ],
  },
  {
    title: 'a foreign key that is NOT VALID',
    sql: ['ALTER TABLE rooms DROP CONSTRAINT fk_rooms_house', `${FOREIGN} NOT VALID`],
    changes: ['alter-foreign-key rooms.fk_rooms_house (validated)'],
  },
  {
    title: 'a check that is NOT VALID',
    sql: [
      'ALTER TABLE rooms DROP CONSTRAINT ck_rooms_number, ADD CONSTRAINT ck_rooms_number CHECK (number > 0) NOT VALID',
    ],
    changes: ['alter-check rooms.ck_rooms_number (validated)'],
  },
  {
    title: 'a foreign key that is NOT ENFORCED',
    sql: ['ALTER TABLE rooms DROP CONSTRAINT fk_rooms_house', `${FOREIGN} NOT ENFORCED`],
    changes: ['alter-foreign-key rooms.fk_rooms_house (validated, enforced)'],
    since: 18,
  },
  {
    title: 'a check that is NOT ENFORCED',
    sql: [
      'ALTER TABLE rooms DROP CONSTRAINT ck_rooms_number, ADD CONSTRAINT ck_rooms_number CHECK (number > 0) NOT ENFORCED',
    ],
    changes: ['alter-check rooms.ck_rooms_number (validated, enforced)'],
    since: 18,
  },
  {
    title: 'a primary key WITHOUT OVERLAPS',
    sql: [
      'ALTER TABLE rooms DROP CONSTRAINT pk_rooms, ADD COLUMN used daterange NOT NULL DEFAULT daterange(NULL, NULL)',
      'ALTER TABLE rooms ADD CONSTRAINT pk_rooms PRIMARY KEY (id, used WITHOUT OVERLAPS)',
    ],
    uncomparable: ['primary-key rooms.pk_rooms: entities cannot declare such a constraint'],
    changes: ['drop-column rooms.used', 'alter-primary-key rooms.pk_rooms (columns)'],
    since: 18,
  },
];

const PERIODS = [
  'CREATE TABLE stays (id integer NOT NULL, used daterange NOT NULL, CONSTRAINT pk_stays PRIMARY KEY (id, used WITHOUT OVERLAPS))',
  'CREATE TABLE nights (id integer NOT NULL, used daterange NOT NULL, CONSTRAINT pk_nights PRIMARY KEY (id, used))',
];

@Entity({ name: 'stays' })
class Stay {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_stays' })
  id!: number;

  @PrimaryColumn({ name: 'used', type: 'daterange', primaryKeyConstraintName: 'pk_stays' })
  used!: string;
}

@Entity({ name: 'nights' })
class Night {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_nights' })
  id!: number;

  @PrimaryColumn({ name: 'used', type: 'daterange', primaryKeyConstraintName: 'pk_nights' })
  used!: string;

  @ManyToOne(() => Stay)
  @JoinColumn([
    { name: 'id', referencedColumnName: 'id', foreignKeyConstraintName: 'fk_nights' },
    { name: 'used', referencedColumnName: 'used', foreignKeyConstraintName: 'fk_nights' },
  ])
  stay!: Stay;
}

describe('A check on PostgreSQL never calls in sync what has its name and its columns and is not enforced:', () => {
  let database: PlainDatabase;
  let dataSource: DataSource;

  before(async () => {
    database = await lendPlainPostgres(['CREATE EXTENSION btree_gist']);
    dataSource = await database.connect([House, Room]);
    await dataSource.synchronize();
  });
  after(() => database.takeBack());

  for (const { title, sql, uncomparable = [], changes = [], since = 0 } of cases)
    it(since === 0 ? title : `${title} (since PostgreSQL ${since})`, () =>
      database.rolledBackSince(since, sql, async () => {
        const report = await checkDrift(dataSource);
        const listed = report.uncomparable.map(
          ({ kind, table, object, reason }) => `${kind} ${table}.${object}: ${reason.split(',')[0] ?? ''}`,
        );
        expect({ listed, changes: linesOf(report) }).to.deep.equal({ listed: uncomparable, changes });
        expect(hasFindings(report)).to.equal(uncomparable.length + changes.length > 0);
      }),
    );

  for (const [title, set, options] of [
    ['the database', ['ALTER DATABASE "<database>" SET session_replication_role = replica'], {}],
    ['the connection', [], { extra: { options: '-c session_replication_role=replica' } }],
  ] as const)
    it(`A check on PostgreSQL never calls in sync what has its name and its columns and is not enforced: any foreign key, by a setting of ${title}`, async () => {
      const own = await lendPlainPostgres();
      try {
        await (await own.connect([House, Room])).synchronize();
        await own.execute(...set.map((sql) => sql.replace('<database>', own.target.database)));
        const report = await checkDrift(await own.connect([House, Room], options));
        expect(report.changes).to.deep.equal([]);
        expect(hasFindings(report)).to.equal(true);
        expect(reportLines(report, false)).to.deep.equal([
          'incomplete: 1 object cannot be compared',
          '',
          'cannot be compared',
          '  setting session_replication_role: it is replica, so new sessions run no triggers and enforce no foreign keys, and rows may violate them. ' +
            'Run ALTER DATABASE ... RESET session_replication_role (or ALTER ROLE ..., ALTER SYSTEM ...), then look for rows that violate them',
        ]);
      } finally {
        await own.takeBack();
      }
    });

  it('A check on PostgreSQL never calls in sync what has its name and its columns and is not enforced: a foreign key with PERIOD (since PostgreSQL 18)', async () => {
    const temporal = await lendPlainPostgres(['CREATE EXTENSION btree_gist']);
    try {
      const connected = await temporal.connect([Stay, Night]);
      await temporal.rolledBackSince(
        18,
        [
          ...PERIODS,
          'ALTER TABLE nights ADD CONSTRAINT fk_nights FOREIGN KEY (id, PERIOD used) REFERENCES stays (id, PERIOD used)',
        ],
        async () => {
          const report = await checkDrift(connected);
          expect(report.uncomparable.map(({ object }) => object)).to.deep.equal(['pk_stays', 'fk_nights']);
        },
      );
    } finally {
      await temporal.takeBack();
    }
  });
});
