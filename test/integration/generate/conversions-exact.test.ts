import { expect } from 'chai';
import type { EntitySchemaColumnOptions } from 'typeorm';
import { NO_CONFIRMATIONS } from '../../../src/generate/confirm/confirmations.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { failureOf } from '../../support/failures.js';
import { entity } from '../drift/no-false-alarm-database.js';
import { generateBoth, onRealDatabase, type Entities, type Pair } from './property/run.js';

function job(type: EntitySchemaColumnOptions['type']): Entities {
  return [entity('job', { note: { type, nullable: true } }, { tableName: 'job' })];
}

function sqlitePair(pair: Pick<Pair, 'before' | 'after'>): ReturnType<typeof generateBoth> {
  const words = { ...NO_CONFIRMATIONS, allowRewrite: true };
  return generateBoth({ ...pair, words, dialects: ['sqlite'] });
}

describe('A conversion on SQLite that would change a value', function () {
  this.timeout(120_000);

  const CHANGED = [
    [
      'integer',
      ['01067', '1e3', '+5', '7.0', '9223372036854775808'],
      [
        ['1067', 1067],
        [' 7', 7],
      ],
    ],
    [
      'double precision',
      ['12345678901234567.89', '007', '0x10', '1e3'],
      [
        ['1.10', 1.1],
        ['12.0', 12],
        ['-0.5', -0.5],
        ['0.30000000000000004', 0.30000000000000004],
        ['1.0e-05', 0.00001],
      ],
    ],
    ['date', ['2024', 'now', '1e5'], [['2026-11-30', '2026-11-30']]],
  ] as const;

  for (const [type, changed, kept] of CHANGED)
    it(`SQLite fails at a text that a column of type ${type} would change, and takes the others`, async () => {
      const pair = { before: job('text'), after: job(type) };
      const { first, next } = await sqlitePair(pair);
      await onRealDatabase(
        'sqlite',
        { entities: pair.after, migrations: [...first, ...next] },
        async (own) => {
          await migrateUp(own, { target: first.at(-1)?.name ?? '' });
          for (const text of changed) {
            await own.query(`INSERT INTO job (id, note) VALUES (1, '${text}')`);
            const failure = await failureOf(migrateUp(own));
            expect(failure.message, text).to.include('or that SQLite would change; fix it, or generate with');
            expect(await own.query('SELECT note FROM job'), text).to.deep.equal([{ note: text }]);
            await own.query('DELETE FROM job');
          }
          for (const [index, [text]] of kept.entries())
            await own.query(`INSERT INTO job (id, note) VALUES (${index + 1}, '${text}')`);
          await migrateUp(own);
          const values = kept.map(([, value]) => ({ note: value }));
          expect(await own.query('SELECT note FROM job ORDER BY id')).to.deep.equal(values);
        },
      );
    });

  it('A floating number that becomes a text keeps all of its digits on SQLite, both ways', async () => {
    const pair = { before: job('double precision'), after: job('text') };
    const { first, next } = await sqlitePair(pair);
    await onRealDatabase('sqlite', { entities: pair.after, migrations: [...first, ...next] }, async (own) => {
      await migrateUp(own, { target: first.at(-1)?.name ?? '' });
      await own.query(
        'INSERT INTO job (id, note) VALUES (1, 0.1), (2, 0.1 + 0.2), (3, 1e-300), (4, 12), (5, NULL)',
      );
      const before: unknown = await own.query('SELECT note FROM job ORDER BY id');
      await migrateUp(own);
      expect(await own.query('SELECT note FROM job WHERE id < 3 ORDER BY id')).to.deep.equal([
        { note: '0.1' },
        { note: '0.30000000000000004' },
      ]);
      await migrateDown(own, { target: first.at(-1)?.name ?? '' });
      expect(await own.query('SELECT note FROM job ORDER BY id')).to.deep.equal(before);
    });
  });
});
