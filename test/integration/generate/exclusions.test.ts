import { expect } from 'chai';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { entity } from '../drift/no-false-alarm-database.js';
import { NO_CONFIRMATIONS } from '../../../src/generate/confirm/confirmations.js';
import { generateBoth, onRealDatabase, type Entities } from './property/run.js';

const ANYHOW = { ...NO_CONFIRMATIONS, allowRewrite: true };

const ROW = 'INSERT INTO stay (id, since, until, first, last) VALUES ($1, $2, $3, $4, $5)';

/** A table with a range of each kind in two columns, and the exclusion constraints. */
function stays(...expressions: readonly string[]): Entities {
  return [
    entity(
      'stay',
      {
        since: { type: 'timestamptz' },
        until: { type: 'timestamptz' },
        first: { type: 'integer' },
        last: { type: 'integer' },
      },
      {
        tableName: 'stay',
        exclusions: expressions.map((expression, index) => ({ name: `ex_${index}`, expression })),
      },
    ),
  ];
}

describe('An exclusion constraint that an existing table gets', function () {
  this.timeout(60_000);

  for (const [title, ...expressions] of [
    ['a range of two columns', 'USING gist (tstzrange("since", "until") WITH &&)'],
    [
      'a range of numbers and a condition',
      'USING gist (int4range("first", "last") WITH &&) WHERE ("first" < "last")',
    ],
    ['a shape', 'USING gist (box(point("first", "first"), point("last", "last")) WITH &&)'],
    ['two at once', 'USING gist (int4range("first", "last") WITH &&)', 'USING btree ("first" WITH =)'],
  ] as const)
    it(`An exclusion constraint over an expression passes verification with rows: ${title}`, async () => {
      const after = stays(...expressions);
      const { first, next } = await generateBoth({
        before: stays(),
        after,
        words: ANYHOW,
        dialects: ['postgres'],
      });
      const migrations = [...first, ...next];
      await onRealDatabase('postgres', { entities: after, migrations }, async (dataSource) => {
        await migrateUp(dataSource, { target: first.at(-1)?.name ?? '' });
        await dataSource.query(ROW, [1, '2026-01-01', '2026-01-02', 1, 2]);
        await migrateUp(dataSource);
        await dataSource.query(ROW, [2, '2026-01-03', '2026-01-04', 4, 5]);
        const refused = dataSource.query(ROW, [3, '2026-01-03', '2026-01-05', 4, 9]);
        const code = await refused.then(
          () => undefined,
          (error: unknown) => (error as { readonly code?: string }).code,
        );
        expect(code).to.equal('23P01');
        await migrateDown(dataSource);
        await dataSource.query(ROW, [3, '2026-01-03', '2026-01-05', 4, 9]);
      });
    });
});
