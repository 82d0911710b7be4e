import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import type { DriftReport } from '../../../src/drift/drift-report.js';
import { hasFindings } from '../../../src/drift/report.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';
import { postgresModel } from './sensitivity/postgres-model.js';
import { linesOf } from './sensitivity/seeded-change.js';

interface Case {
  readonly title: string;
  readonly sql: readonly string[];
  /** `kind table.object: raw definition` */
  readonly listed: string;
  /** What is different for certain beside it. */
  readonly changes?: readonly string[];
  /** The first version of PostgreSQL that has such a thing. */
  readonly since?: number;
}

const cases: readonly Case[] = [
  {
    title: 'an index of a method that an extension brings',
    sql: ['CREATE EXTENSION bloom', 'CREATE INDEX strange ON events USING bloom (kind)'],
    listed: 'index events.strange: CREATE INDEX strange ON public.events USING bloom (kind)',
  },
  {
    title: 'such an index in place of one of the entities',
    sql: [
      'CREATE EXTENSION bloom',
      'DROP INDEX events_key_idx',
      'CREATE INDEX events_key_idx ON events USING bloom (key)',
    ],
    listed: 'index events.events_key_idx: CREATE INDEX events_key_idx ON public.events USING bloom (key)',
  },
  {
    title: 'a column whose type is a domain over another type',
    sql: ['CREATE DOMAIN amount AS bigint CHECK (value >= 0)', 'ALTER TABLE rooms ALTER size TYPE amount'],
    listed: 'column rooms.size: DOMAIN amount AS bigint',
  },
  {
    title: 'a domain, and a default beside it',
    sql: [
      'CREATE DOMAIN floor AS bigint',
      'ALTER TABLE rooms ALTER size TYPE floor, ALTER size SET DEFAULT 1',
    ],
    listed: 'column rooms.size: DOMAIN floor AS bigint',
    changes: ['alter-column rooms.size (default)'],
  },
  {
    title: 'a column whose type is composite',
    sql: ['CREATE TYPE span AS (a date, b date)', 'ALTER TABLE stays ALTER guest TYPE span USING NULL'],
    listed: 'column stays.guest: span',
  },
  {
    title: 'a column whose type an extension brings',
    sql: ['CREATE EXTENSION isn', 'ALTER TABLE stays ALTER guest TYPE isbn USING NULL'],
    listed: 'column stays.guest: isbn',
  },
  {
    title: 'a NOT NULL that tables do not inherit',
    sql: [
      'ALTER TABLE rooms ALTER size DROP NOT NULL',
      'ALTER TABLE rooms ADD CONSTRAINT rooms_size_given NOT NULL size NO INHERIT',
    ],
    listed: 'not-null rooms.rooms_size_given: NOT NULL size NO INHERIT',
    since: 18,
  },
  {
    title: 'an exclusion constraint that includes a column',
    sql: [
      `ALTER TABLE rooms DROP CONSTRAINT rooms_no_overlap, ADD CONSTRAINT rooms_no_overlap EXCLUDE USING gist (house WITH =, used WITH &&) INCLUDE (size) WHERE (kind = 'bed')`,
    ],
    listed: `exclusion rooms.rooms_no_overlap: EXCLUDE USING gist (house WITH =, used WITH &&) INCLUDE (size) WHERE ((kind = 'bed'::text))`,
  },
  {
    title: 'a unique constraint WITHOUT OVERLAPS',
    sql: ['ALTER TABLE rooms ADD CONSTRAINT lone UNIQUE (house, used WITHOUT OVERLAPS)'],
    listed: 'unique rooms.lone: UNIQUE (house, used WITHOUT OVERLAPS)',
    changes: ['drop-unique rooms.lone'],
    since: 18,
  },
];

describe('A check on PostgreSQL lists as uncomparable, with its raw definition and as a finding', () => {
  let database: PlainDatabase;
  let dataSource: DataSource;

  before(async () => {
    database = await lendPlainPostgres(['CREATE EXTENSION btree_gist', 'CREATE SCHEMA audit']);
    dataSource = await database.connect(postgresModel);
    await dataSource.synchronize();
  });
  after(() => database.takeBack());

  for (const { title, sql, listed, changes = [], since = 0 } of cases)
    it(since === 0 ? title : `${title} (since PostgreSQL ${since})`, () =>
      database.rolledBackSince(since, sql, async () =>
        expectListed(await checkDrift(dataSource), listed, changes),
      ),
    );
});

function expectListed(report: DriftReport, listed: string, changes: readonly string[]): void {
  const lines = report.uncomparable.map(
    ({ kind, table, object, live }) => `${kind} ${table}.${object}: ${live}`,
  );
  expect({ uncomparable: lines, changes: linesOf(report) }).to.deep.equal({
    uncomparable: [listed],
    changes,
  });
  expect(hasFindings(report)).to.equal(true);
}
