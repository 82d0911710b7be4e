import { expect } from 'chai';
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn, type DataSource } from 'typeorm';
import { NO_CONFIRMATIONS } from '../../../src/generate/confirm/confirmations.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { untilLocked } from '../../support/until.js';
import { generateBoth, onRealDatabase, type Entities } from './property/run.js';

type Numbering = 'plain' | 'serial' | 'identity';

const FIRST = 'First1700000000000';

const KEYS: Readonly<Record<Numbering, () => PropertyDecorator>> = {
  plain: () => PrimaryColumn({ type: 'integer', name: 'latest' }),
  serial: () => PrimaryGeneratedColumn({ type: 'integer', name: 'latest' }),
  identity: () =>
    PrimaryGeneratedColumn('identity', {
      type: 'integer',
      name: 'latest',
      generatedIdentity: 'BY DEFAULT',
    }),
};

/** The key has the name of a variable of the generated block. */
function tableOf(numbering: Numbering): Entities {
  class Table {
    id!: number;
    note!: string | null;
  }
  KEYS[numbering]()(Table.prototype, 'id');
  Column({ type: 'text', nullable: true })(Table.prototype, 'note');
  Entity({ name: 't' })(Table);
  return [Table];
}

/** Runs `use` on a database at the first of two revisions, the second of which changes the numbering. */
async function betweenNumberings<T>(
  [before, after]: readonly [Numbering, Numbering],
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const { first, next } = await generateBoth({
    ...{ before: tableOf(before), after: tableOf(after), words: NO_CONFIRMATIONS },
    dialects: ['postgres'],
  });
  const options = { entities: tableOf(after), migrations: [...first, ...next] };
  return onRealDatabase('postgres', options, async (dataSource) => {
    await migrateUp(dataSource, { target: '+1' });
    return use(dataSource);
  });
}

/** One row with the next number. */
const INSERT: Readonly<Record<Numbering, string>> = {
  plain: 'INSERT INTO "t" ("latest") SELECT coalesce(max("latest"), 0) + 1 FROM "t" RETURNING "latest"',
  serial: 'INSERT INTO "t" ("note") VALUES (NULL) RETURNING "latest"',
  identity: 'INSERT INTO "t" ("note") VALUES (NULL) RETURNING "latest"',
};

async function inserted(dataSource: Pick<DataSource, 'query'>, by: Numbering): Promise<number> {
  const [row] = await dataSource.query<{ readonly latest: number }[]>(INSERT[by]);
  return Number(row?.latest);
}

/** An open transaction inserts a row before the change, and three more while the change waits for it. */
async function insertingMeanwhile(
  dataSource: DataSource,
  by: Numbering,
  change: () => Promise<unknown>,
): Promise<void> {
  const application = dataSource.createQueryRunner();
  await application.startTransaction();
  await inserted(application, by);
  const changed = change();
  await untilLocked((sql) => dataSource.query(sql));
  for (let row = 0; row < 3; row += 1) await inserted(application, by);
  await application.commitTransaction();
  await application.release();
  await changed;
}

/** The options of the sequence of the key, with its rights and its comment. */
async function optionsOf(dataSource: DataSource): Promise<string> {
  const [row] = await dataSource.query<{ readonly words: string }[]>(`
    SELECT concat_ws(' ', seqincrement, seqstart, seqmin, seqmax, seqcache, seqcycle, obj_description(seqrelid, 'pg_class'),
             has_sequence_privilege('pg_monitor', seqrelid, 'USAGE'), has_sequence_privilege('pg_monitor', seqrelid, 'UPDATE')) AS words
      FROM pg_sequence WHERE seqrelid = pg_get_serial_sequence('t', 'latest')::regclass`);
  return row?.words ?? '';
}

const PAIRS: readonly (readonly [Numbering, Numbering])[] = [
  ['serial', 'identity'],
  ['identity', 'serial'],
  ['plain', 'serial'],
  ['plain', 'identity'],
];

describe('The numbering of a key changes', function () {
  this.timeout(120_000);

  for (const [before, after] of PAIRS)
    it(`A key that was ${before} becomes ${after} while another session inserts rows: the next number is after theirs`, async () => {
      const next = await betweenNumberings([before, after], async (dataSource) => {
        await insertingMeanwhile(dataSource, before, () => migrateUp(dataSource));
        const up = await inserted(dataSource, after);
        await insertingMeanwhile(dataSource, after, () => migrateDown(dataSource, { target: FIRST }));
        return [up, await inserted(dataSource, before)];
      });
      expect(next).to.deep.equal([5, 10]);
    });

  for (const [before, after] of PAIRS.slice(0, 2))
    it(`A key that was ${before} becomes ${after}: its sequence keeps options, rights and comment, and so on the way down`, async () => {
      const set = [
        `ALTER SEQUENCE "t_latest_seq" INCREMENT BY 2 MINVALUE 3 MAXVALUE 5000 START WITH 7 RESTART WITH 7 CACHE 4 CYCLE`,
        `COMMENT ON SEQUENCE "t_latest_seq" IS 'odd 100%'`,
        `GRANT USAGE ON SEQUENCE "t_latest_seq" TO pg_monitor`,
      ];
      const options = '2 7 3 5000 4 t odd 100% t f';
      const seen = await betweenNumberings([before, after], async (dataSource) => {
        for (const one of set) await dataSource.query(one);
        await migrateUp(dataSource);
        const up = await optionsOf(dataSource);
        const next = await inserted(dataSource, after);
        await migrateDown(dataSource, { target: FIRST });
        return [up, next, await optionsOf(dataSource), (await inserted(dataSource, before)) % 2];
      });
      expect(seen).to.deep.equal([options, 7, options, 1]);
    });

  it('A key that was serial becomes identity of a wider type: a limit that was that of the type follows it', async () => {
    const wide = PrimaryGeneratedColumn('identity', {
      ...{ type: 'bigint', name: 'latest', generatedIdentity: 'BY DEFAULT' },
    });
    class Table {
      id!: string;
    }
    wide(Table.prototype, 'id');
    Entity({ name: 't' })(Table);
    class Former {
      id!: number;
    }
    KEYS.serial()(Former.prototype, 'id');
    Entity({ name: 't' })(Former);
    const { first, next } = await generateBoth({
      ...{ before: [Former], after: [Table], words: { ...NO_CONFIRMATIONS, allowRewrite: true } },
      dialects: ['postgres'],
    });
    const options = { entities: [Table], migrations: [...first, ...next] };
    const found = await onRealDatabase('postgres', options, async (dataSource) => {
      await migrateUp(dataSource);
      return optionsOf(dataSource);
    });
    expect(found).to.equal('1 1 1 9223372036854775807 1 f f f');
  });
});
