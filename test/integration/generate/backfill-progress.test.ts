import { expect } from 'chai';
import type pg from 'pg';
import { backfillBlock } from '../../../src/databases/postgres/plan/backfill.js';
import { progressOf, type ProgressFields } from '../../../src/databases/postgres/progress-notice.js';
import { withClient } from '../../support/failures.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';

/** Three batches. */
const ROWS = 6000;
const ALL = `INSERT INTO keyed SELECT i % 3, i, NULL FROM generate_series(1, ${ROWS}) AS i`;
const KEY = ['shard', 'id'].map((name) => ({ name, type: 'integer' }));
const BLOCK = backfillBlock({ path: 'keyed', column: 'n', value: 'id + 1', key: KEY });

describe('The progress of a backfill block', () => {
  let database: PlainDatabase;
  before(async () => {
    database = await lendPlainPostgres([
      'CREATE TABLE keyed (shard integer, id integer, n integer, PRIMARY KEY (shard, id)) PARTITION BY LIST (shard)',
      ...[0, 1, 2].map((shard) => `CREATE TABLE keyed_${shard} PARTITION OF keyed FOR VALUES IN (${shard})`),
      `CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
    ]);
  });
  beforeEach(() => database.execute('TRUNCATE keyed', ALL));
  after(() => database.takeBack());

  /** What the server sends while the block runs. */
  const fill = (...settings: readonly string[]) =>
    withClient(database.target, async (client: pg.Client) => {
      const sent: (ProgressFields & { readonly message?: string | undefined })[] = [];
      client.on('notice', (notice) => sent.push(notice));
      for (const setting of settings) await client.query(`SET orchestrator_db.${setting}`);
      const start = performance.now();
      await client.query(BLOCK);
      return { sent, words: sent.map(({ message }) => message), ms: performance.now() - start };
    });

  it('The progress of a backfill block is a notice with rows, rate and time left, as words and as data', async () => {
    const { sent, words } = await fill("report_every = '0'");
    expect(words.at(-1)).to.equal('6000 rows of keyed have a value now');
    expect(
      words.slice(0, -1).map((message) => message?.replace(/[\d,]+ rows\/s, \d+ s/, 'R rows/s, S s')),
    ).to.deep.equal([
      'Backfill of keyed.n: 2,000 of about 6,000 rows, R rows/s, S s left',
      'Backfill of keyed.n: 4,000 of about 6,000 rows, R rows/s, S s left',
      'Backfill of keyed.n: 6,000 of about 6,000 rows, R rows/s, S s left',
    ]);
    const data = sent.map(progressOf);
    expect(data[1]).to.include({ table: 'keyed', column: 'n', done: 4000, estimated: 6000 });
    expect(data[1]?.rate).to.be.above(0);
    expect(data[2]?.secondsLeft).to.equal(0);
    expect(data.at(-1)).to.equal(undefined);
  });

  it('The progress of a backfill block that continues counts the rows that are left', async () => {
    await database.execute('UPDATE keyed SET n = 0 WHERE id > 1500');
    const { words } = await fill("report_every = '0'");
    expect(words[0]).to.match(/^Backfill of keyed\.n: 500 of about 1,500 rows, /);
  });

  it('The progress of a backfill block is reported every 10 seconds where nothing is set', async () => {
    expect((await fill()).words).to.deep.equal(['6000 rows of keyed have a value now']);
  });

  it('A backfill block pauses after each batch for orchestrator_db.backfill_pause', async () => {
    const { ms } = await fill("backfill_pause = '0.2'");
    expect(ms).to.be.within(600, 5000);
    const error: unknown = await fill("backfill_pause = 'a while'").catch((reason: unknown) => reason);
    expect(error).to.deep.include({
      code: '22023',
      message: 'orchestrator_db.backfill_pause is "a while", which is no interval',
    });
  });

  it('A backfill block names the triggers of the application that it fires, before its first batch', async () => {
    const trigger = (name: string, of: string, table = 'keyed') =>
      `CREATE TRIGGER ${name} BEFORE ${of} ON ${table} FOR EACH ROW EXECUTE FUNCTION pass()`;
    await database.execute(
      trigger('audit', 'UPDATE'),
      trigger('"Of n"', 'INSERT OR UPDATE OF n'),
      trigger('of_id', 'UPDATE OF id'),
      trigger('on_insert', 'INSERT'),
      trigger('zz_odb_keyed_n', 'UPDATE'),
      trigger('idle', 'UPDATE', 'keyed_1'),
      'ALTER TABLE keyed_1 DISABLE TRIGGER idle',
    );
    const { words } = await fill("report_every = '0'");
    expect(words[0]).to.equal(
      'The backfill of keyed fires triggers: "Of n", audit. To fill without them, end it, disable them with ALTER TABLE keyed DISABLE TRIGGER, and run the revision again.',
    );
    expect(words[1]).to.match(/^Backfill of keyed\.n: 2,000 of/);
    expect((await fill()).words).to.deep.equal(['0 rows of keyed have a value now']);
  });
});
