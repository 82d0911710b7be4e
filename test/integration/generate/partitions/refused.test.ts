import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { EntityPartitionError, PartitionChangeError } from '../../../../src/errors/entities.js';
import type { PartitionOptions } from '../../../../src/partitioned.js';
import { onDatabase } from '../../../support/databases.js';
import { partitionedEntity } from '../../../support/partitioned-entity.js';
import { IN_SYNC, type Columns, type Rest } from '../../drift/no-false-alarm-database.js';
import { History, statementsIn } from '../history.js';

const MONTHLY: PartitionOptions = { by: 'createdAt', strategy: 'range', every: '1 month' };
const COLUMNS: Columns = {
  id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_event' },
  createdAt: {
    ...{ name: 'created_at', type: 'timestamptz', primary: true },
    primaryKeyConstraintName: 'pk_event',
  },
  note: { type: 'text', nullable: true },
};
const event = (options: PartitionOptions | undefined, columns: Columns = {}, rest: Rest = {}): EntitySchema =>
  partitionedEntity('event', options, { columns: { ...COLUMNS, ...columns }, ...rest });
const unkeyed = (more: object): Columns => ({
  createdAt: { name: 'created_at', type: 'timestamptz', ...more },
});
const with_ = (more: object): PartitionOptions => ({ ...MONTHLY, ...more });
const KEY_OF = { primary: true, primaryKeyConstraintName: 'pk_event' };
/** Partitioned by lists, as JavaScript may write them. */
const listed = (partitions: unknown, more: object = {}): EntitySchema =>
  event({ by: 'id', strategy: 'list', partitions, ...more } as PartitionOptions);

const KEY =
  'does not contain its column created_at. PostgreSQL checks each partition alone, so every key must contain the partition key. Add createdAt to it.';

/** An entity, the property that the message names, and the problem. */
const REFUSED: Readonly<Record<string, readonly [EntitySchema, string]>> = {
  'a primary key without the key': [event(MONTHLY, unkeyed({})), `the primary key (id) ${KEY}`],
  'a unique constraint without the key': [
    event(MONTHLY, {}, { uniques: [{ name: 'uq_note', columns: ['note'] }] }),
    `the unique constraint uq_note (note) ${KEY}`,
  ],
  'a unique index without the key': [
    event(MONTHLY, {}, { indices: [{ name: 'ux_note', columns: ['note'], unique: true }] }),
    `the unique index ux_note (note) ${KEY}`,
  ],
  'a property without a column': [
    event(with_({ by: 'made' })),
    'event has no such column. Specify the name of a property with @Column.',
  ],
  'a nullable column': [
    event(MONTHLY, unkeyed({ nullable: true })),
    'its column created_at may be null, and no range contains null. Remove nullable: true.',
  ],
  'a column that is no moment': [
    event(with_({ by: 'note' })),
    'its column note has the type text. Partitions by time require a date, a timestamp or a timestamptz.',
  ],
  'a date by the hour': [
    event(with_({ every: '6 hours' }), { createdAt: { ...COLUMNS['createdAt'], type: 'date' } }),
    'every is 6 hours, and its column created_at is a date. Specify days, weeks, months or years.',
  ],
  'an interval that cannot be read': [
    event(with_({ every: 'a month' })),
    'every is "a month", which is no interval. Specify a number of hours, days, weeks, months or years, such as "1 month".',
  ],
  'a keep that cannot be read': [
    event(with_({ keep: '1.5 years' })),
    'keep is "1.5 years", which is no interval. Specify a number of hours, days, weeks, months or years, such as "1 month".',
  ],
  'a keep shorter than a partition': [
    event(with_({ keep: '30 days' })),
    'keep is 30 days, which may be shorter than a partition, 1 month. Rows leave with their whole partition: specify a longer keep or a shorter every.',
  ],
  'less than nothing ahead': [
    event(with_({ ahead: -1 })),
    'ahead is -1. Specify a whole number of 0 or more.',
  ],
  'no partition by hash': [
    event({ by: 'createdAt', strategy: 'hash', partitions: 0 }),
    'partitions is 0. Specify a whole number of 1 or more.',
  ],
  'no partition by list': [
    event({ by: 'createdAt', strategy: 'list', partitions: {} }),
    'partitions is empty. Specify the values of each partition by its name.',
  ],
  'a text ahead': [event(with_({ ahead: '3' })), 'ahead is "3". Specify a whole number of 0 or more.'],
  'too many partitions ahead': [
    event(with_({ ahead: 1025 })),
    'ahead is 1025. Specify at most 1024: one transaction creates all of them.',
  ],
  'too many partitions by hash': [
    event({ by: 'createdAt', strategy: 'hash', partitions: 1025 }),
    'partitions is 1025. Specify at most 1024: one transaction creates all of them.',
  ],
  'partitions behind every calendar': [
    event(with_({ every: '300 years' })),
    'every is 300 years, and ahead is 3: the last partition would end in more than 1000 years. Specify a shorter every, or a smaller ahead.',
  ],
  'a keep behind every calendar': [
    event(with_({ keep: '99999 years' })),
    'keep is 99999 years, which is longer than 1000 years. Specify a shorter keep.',
  ],
  'a default that is no answer': [
    event(with_({ default: 'yes' })),
    'default is "yes". Specify true or false.',
  ],
  'a default partition by hash': [
    event({ by: 'id', strategy: 'hash', partitions: 2, default: true } as PartitionOptions),
    'a table that is partitioned by hash has no default partition. Remove default.',
  ],
  'no lists': [
    listed(undefined),
    'partitions is undefined. Specify the values of each partition by its name.',
  ],
  'lists without names': [
    listed([['de']]),
    'partitions is [["de"]]. Specify the values of each partition by its name.',
  ],
  'a list that is a text': [
    listed({ eu: 'de' }),
    'the partition eu has "de" as its values. Specify a list of one value or more.',
  ],
  'an empty list': [
    listed({ eu: [] }),
    'the partition eu has [] as its values. Specify a list of one value or more.',
  ],
  'a list of objects': [
    listed({ eu: [{ a: 1 }] }),
    'the partition eu has the value {"a":1}. Specify texts, finite numbers, true, false or null.',
  ],
  'an endless number in a list': [
    listed({ eu: [Infinity] }),
    'the partition eu has the value Infinity. Specify texts, finite numbers, true, false or null.',
  ],
  'a value in two lists': [
    listed({ eu: ['de', null, 'null'], us: ['us', 'de'] }),
    'the partition us has the value "de" again. Specify each value once.',
  ],
  'a name that is too long': [
    listed({ ['x'.repeat(62)]: ['de'] }),
    `partitions has the name "${'x'.repeat(62)}". Specify a name of 1 to 61 bytes.`,
  ],
  'a list with the name of the default partition': [
    listed({ default: ['de'] }, { default: true }),
    'partitions has the name default, which the default partition has. Specify another name.',
  ],
  'another strategy': [
    event(with_({ strategy: 'time' })),
    'there is no strategy time. Specify range, list or hash.',
  ],
};

onDatabase('postgres', 'Impossible partitions (PostgreSQL)', (database) => {
  for (const [title, [entity, problem]] of Object.entries(REFUSED))
    it(`An entity with ${title} is refused by name`, () =>
      History.lend('postgres', async (history) => {
        const error: unknown = await history.generate([entity]).catch((reason: unknown) => reason);
        expect(error).to.be.instanceOf(EntityPartitionError);
        const { property, message } = error as EntityPartitionError;
        expect(message).to.equal(
          `@Partitioned of the entity event, by ${property}: ${problem} Nothing was written.`,
        );
      }));

  it('A keep as long as a partition is accepted, and no keep at all', () =>
    History.lend('postgres', async (history) => {
      const kept = [event(with_({ keep: '1 month' }))];
      await history.generate(kept);
      expect(await history.checked(database(), kept)).to.deep.equal(IN_SYNC);
      for (const options of [with_({ keep: '31 days' }), MONTHLY, with_({ every: '2 weeks', ahead: 9 })])
        expect((await history.generate([event(options)])).revisions).to.deep.equal([]);
    }));
});

/** The message of a refused change. */
async function changeRefused(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).to.be.instanceOf(PartitionChangeError);
  return (error as Error).message;
}

const MOVE =
  'The rows of event would have to move, which no generated revision does. Undo the change in the entity, or write a revision by hand (npm run -s db -- create Name).';
const hash = (partitions: number): PartitionOptions => ({ by: 'id', strategy: 'hash', partitions });

onDatabase('postgres', 'Changes of the partitions of a table (PostgreSQL)', (database) => {
  /** What an entity declares first, what it declares then, and the change in words; before a check, what it reports. */
  const changes: Readonly<
    Record<string, readonly [PartitionOptions | undefined, PartitionOptions | undefined, string, string?]>
  > = {
    'becomes partitioned by hash': [
      undefined,
      hash(2),
      'Table event: partitioning is none, the entities declare HASH (id).',
      'alter-table: Table event: partitioning is none, the entities declare HASH (id).',
    ],
    'has another key': [
      hash(2),
      MONTHLY,
      'Table event: partitioning is HASH (id), the entities declare RANGE (created_at).',
      'alter-table: Table event: partitioning is HASH (id), the entities declare RANGE (created_at).',
    ],
    'is partitioned by hash no more': [
      hash(2),
      undefined,
      'Table event: partitioning is HASH (id), the entities declare none.',
    ],
    'has another number of partitions': [
      hash(2),
      hash(3),
      'The entity of event declares other partitions than before.',
    ],
  };
  for (const [title, [before, after, words, difference]] of Object.entries(changes))
    it(`A table that ${title} is refused, and check reports it where it can know`, () =>
      History.lend('postgres', async (history) => {
        await history.generate([event(before)]);
        expect(await changeRefused(history.generate([event(after)]))).to.equal(
          `Nothing was written: ${words} ${MOVE}`,
        );
        const found = await history.checked(database(), [event(after)]);
        expect(found.changes).to.deep.equal(difference === undefined ? [] : [difference]);
        expect(found.unmanaged).to.deep.equal(
          after === undefined ? ['table-option event.PARTITION BY HASH (id)'] : [],
        );
      }));

  it('Partitions that a revision by hand has made are accepted, and what comes after is generated', () =>
    History.lend('postgres', async (history) => {
      const lists = (partitions: Readonly<Record<string, readonly (number | null)[]>>, more?: Rest) =>
        event(
          { by: 'id', strategy: 'list', partitions },
          { id: { type: 'integer', nullable: false, ...KEY_OF } },
          more,
        );
      await history.generate([lists({ low: [1, 2] })]);
      const later = { low: [2, 1], odd: [-3, 0] };
      await changeRefused(history.generate([lists(later)]));
      history.byHand(
        [`CREATE TABLE "event_odd" PARTITION OF "event" FOR VALUES IN (0, -3)`],
        ['DROP TABLE "event_odd"'],
      );
      expect((await history.generate([lists(later)])).revisions).to.deep.equal([]);
      const indexed = lists(later, { indices: [{ name: 'ix_note', columns: ['note'] }] });
      expect((await history.generate([indexed])).revisions).not.to.deep.equal([]);
      expect(await history.checked(database(), [indexed])).to.deep.equal(IN_SYNC);
      await changeRefused(history.generate([lists({ ...later, more: [9] })]));
    }));

  it('A default partition that an entity declares later is made, and one that it does not declare is unmanaged', () =>
    History.lend('postgres', async (history) => {
      await history.generate([event(MONTHLY)]);
      const after = [event(with_({ default: true }))];
      const { changes } = await history.checked(database(), after);
      expect(changes).to.deep.equal([
        'alter-table: Table event: partitioning is RANGE (created_at), the entities declare RANGE (created_at) with a default partition.',
      ]);
      const report = await history.generate(after);
      expect(statementsIn(report, 'postgres')).to.equal(
        'CREATE TABLE "event_default" PARTITION OF "event" DEFAULT',
      );
      expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
      expect(await history.checked(database(), [event(MONTHLY)])).to.deep.equal({
        ...IN_SYNC,
        unmanaged: ['table-option event.DEFAULT PARTITION'],
      });
      expect((await history.generate([event(MONTHLY)])).revisions).to.deep.equal([]);
      await history.reverted(database());
    }));
});

onDatabase('sqlite', 'Partitions of an entity on SQLite', (database) => {
  it('A table of SQLite is plain', () =>
    History.lend('sqlite', async (history) => {
      const columns: Columns = {
        id: { type: 'integer', primary: true },
        at: { type: 'datetime', primary: true },
      };
      const own = partitionedEntity('event', { by: 'at', strategy: 'range', every: '1 month' }, { columns });
      const report = await history.generate([own]);
      expect(statementsIn(report, 'sqlite')).not.to.contain('PARTITION');
      expect(await history.checked(database(), [own])).to.deep.equal(IN_SYNC);
    }));
});
