import { expect } from 'chai';
import { PartitionChangeError } from '../../../../src/errors/entities.js';
import { events, lendBecoming, MONTHLY, WHERE } from '../../../support/becoming-parted.js';
import { execute, rowsOf } from '../../../support/cli-database.js';
import { onDatabase } from '../../../support/databases.js';
import { IN_SYNC } from '../../drift/no-false-alarm-database.js';
import { History } from '../history.js';

/** What refers to the table, how it goes, and its words. */
const REFERRING: Readonly<Record<string, readonly [make: readonly string[], words: string]>> = {
  'a view': [['CREATE VIEW kinds AS SELECT kind FROM event'], 'the view public.kinds'],
  'a materialized view': [
    ['CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM event'],
    'the materialized view public.counts',
  ],
  'a foreign key of another table': [
    ['CREATE TABLE note (event_id integer CONSTRAINT fk_note REFERENCES event (id))'],
    'the foreign key fk_note of public.note',
  ],
  'a rule': [['CREATE RULE kept AS ON DELETE TO event DO INSTEAD NOTHING'], 'the rule kept'],
  'a publication': [['CREATE PUBLICATION feed FOR TABLE event'], 'the publication feed'],
  'a child table': [['CREATE TABLE event_heir () INHERITS (event)'], 'the heir public.event_heir'],
  'a function of its rows': [
    ['CREATE FUNCTION named(event) RETURNS text LANGUAGE sql AS $$ SELECT $1.kind $$'],
    'the function public.named(public.event)',
  ],
};

const refusal = (words: string) =>
  `Nothing was written: Table event: partitioning is none, the entities declare RANGE (at). These refer to the table as it is, and would not refer to the new one: ${words}. Drop them in an earlier revision, or undo the change in the entity.`;

onDatabase('postgres', 'What is in the way of a table that becomes partitioned (PostgreSQL)', (database) => {
  it('Objects that refer to it are refused by name when it is generated', () =>
    History.lend('postgres', async (history) => {
      await history.generate(events(undefined));
      history.byHand(Object.values(REFERRING).flatMap(([make]) => make));
      const error: unknown = await history.generate(events(MONTHLY)).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(PartitionChangeError);
      const words = Object.values(REFERRING).map(([, one]) => one);
      expect((error as Error).message).to.equal(refusal(words.toSorted().join(', ')));
    }));

  it('In a database, each is refused by name when it runs, and up goes on once it is gone', () =>
    lendBecoming(database(), async ({ history }) => {
      // Without the foreign key: it keeps the primary key from changing, before all of this.
      const others = Object.values(REFERRING).filter(([, words]) => !words.includes('foreign key'));
      for (const [make] of others) await execute(database(), make);
      const words = others.map(([, one]) => one);
      expect(await failed(history)).to.contain(
        `public.event cannot become partitioned: these would refer to its first partition alone: ${words.toSorted().join(', ')}. Drop them, or revert this group of revisions, then run up again.`,
      );
      await execute(database(), [
        ...['DROP VIEW kinds', 'DROP MATERIALIZED VIEW counts', 'DROP TABLE event_heir'],
        ...['DROP RULE kept ON event', 'DROP PUBLICATION feed', 'DROP FUNCTION named'],
      ]);
      expect(await history.checked(database(), events(MONTHLY))).to.deep.equal(IN_SYNC);
    }));

  it('What a partitioned table cannot have is refused by name when it runs', () =>
    lendBecoming(database(), async ({ history }) => {
      await execute(database(), [
        'CREATE UNIQUE INDEX ux_id ON event (id)',
        'ALTER TABLE event ADD CONSTRAINT ck_later CHECK (id > 0) NOT VALID',
        'ALTER TABLE event ADD CONSTRAINT ck_own CHECK (id > 0) NO INHERIT',
      ]);
      expect(await failed(history)).to.contain(
        'public.event cannot become partitioned: a partitioned table cannot have the constraint ck_later, which is not valid, the constraint ck_own, which is NO INHERIT, the unique index ux_id without its column at. Change or drop that, or revert this group of revisions, then run up again.',
      );
      await execute(database(), [
        'DROP INDEX ux_id',
        'ALTER TABLE event DROP CONSTRAINT ck_own, DROP CONSTRAINT ck_later',
      ]);
      expect(await history.checked(database(), events(MONTHLY))).to.deep.equal(IN_SYNC);
    }));

  it('A row that is more than a year ahead is refused, and a nearer one moves the bound', () =>
    lendBecoming(database(), async ({ history }) => {
      await execute(database(), [
        `INSERT INTO event (at) VALUES ('infinity'), (date_trunc('month', now()) + interval '9 months')`,
      ]);
      expect(await failed(history)).to.contain(
        'public.event has rows of the time up to infinity UTC in at. Its first partition would take all rows until then. Change or delete the rows that are more than a year ahead, then run up again.',
      );
      await execute(database(), [`DELETE FROM event WHERE at = 'infinity'`]);
      expect(await history.checked(database(), events(MONTHLY))).to.deep.equal(IN_SYNC);
      expect(await rowsOf(database(), WHERE)).to.deep.equal([{ part: 'event_before', count: 909 }]);
      const [bound] = await rowsOf(
        database(),
        `SELECT pg_get_expr(relpartbound, oid) LIKE '%' || to_char(date_trunc('month', now()) + interval '10 months', 'YYYY-MM-DD') || '%' AS is FROM pg_class WHERE relname = 'event_before'`,
      );
      expect(bound).to.deep.equal({ is: true });
      await history.reverted(database());
    }));

  /** The words of the failed run. */
  async function failed(history: History): Promise<string> {
    const error: unknown = await history
      .checked(database(), events(MONTHLY))
      .catch((reason: unknown) => reason);
    return (error as Error).message;
  }
});
