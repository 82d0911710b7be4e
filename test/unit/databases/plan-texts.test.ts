import { expect } from 'chai';
import fc from 'fast-check';
import { NO_CONFIRMED_VALUES, type PlanReading } from '../../../src/databases/planning.js';
import { DATABASES, type DialectName } from '../../../src/databases/registry.js';
import { NO_VIEWS } from '../../../src/databases/view-facts.js';
import type { SchemaModel } from '../../../src/schema/model.js';
import { raw } from '../../../src/schema/model.js';
import { quoteLiteral } from '../../../src/sql/quote.js';
import { compared } from '../../support/compared.js';
import { check, column, index, indexKey, key, table } from '../schema/samples.js';
import { printed } from '../../../src/sql/statement.js';

/** What a reader of patterns could take for SQL, for a note of ours, or for a name of the schema. */
const WORDS = [
  ...[
    'DROP TABLE jobs',
    'NOT VALID',
    'CREATE INDEX CONCURRENTLY',
    'BEGIN',
    'COMMIT',
    'VACUUM',
    'SET NOT NULL',
  ],
  ...['-- lint-allow drop-table: asked for', '/*', '*/', '--', ';', "'", '"', '$$', '\n', ' ', 'zürich'],
  ...['jobs', '"rank"', 'note', 'now()', 'random()', 'temporary_jobs', 'ck_jobs', 'USING', 'WHERE'],
];
const texts = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 })
  .map((words) => `x${words.join(' ')}x`);

/** Texts of both schemas, at every place that takes one. */
interface Texts {
  readonly before: string;
  readonly after: string;
}

const PLAIN: Texts = { before: 'beforetext', after: 'aftertext' };

function schemaOf(dialect: DialectName, text: string, isAfter: boolean): SchemaModel {
  const literal = quoteLiteral(text);
  const comment = dialect === 'sqlite' ? null : text;
  const columns = [
    column('id'),
    column('note', { type: isAfter ? 'varchar' : 'text', default: raw(literal), comment }),
    column('rank', { nullable: !isAfter, default: raw('1') }),
    ...(isAfter ? [column('fresh', { type: 'text', nullable: true, default: raw(literal), comment })] : []),
  ];
  const jobs = table('jobs', {
    columns,
    comment,
    primaryKey: key('pk_jobs', 'id'),
    checks: [
      check('ck_jobs', `"note" <> ${literal}`),
      check(isAfter ? 'ck_jobs_fresh' : 'ck_jobs_old', `"rank" > length(${literal})`),
    ],
    indexes: [index('ix_jobs', { keys: [indexKey('rank')], where: raw(`"note" = ${literal}`) })],
  });
  const fresh = table('fresh', { columns: [column('id', { type: 'text', default: raw(literal), comment })] });
  return { dialect, tables: isAfter ? [fresh, jobs] : [jobs], enums: [] };
}

function readingOf(dialect: DialectName, { before, after }: Texts): PlanReading {
  const [from, to] = [schemaOf(dialect, before, false), schemaOf(dialect, after, true)];
  const facts = {
    volatileFunctions: new Set(['random', 'now']),
    attached: [],
    properties: [],
    types: [],
    dependents: [],
    conversions: [],
    timeZones: new Map(),
    refused: [],
    sequences: [],
    views: NO_VIEWS,
    installed: [],
  };
  const defaultSchema = dialect === 'sqlite' ? '' : 'public';
  return { head: from, ...compared(from, to), renames: [], defaultSchema, ownIndexes: [], facts };
}

/** A text, or the same inside a literal, or inside a literal of a literal, becomes the plain one. */
function withPlain(sql: string, { before, after }: Texts): string {
  const inside = (text: string) => text.replaceAll("'", "''");
  const spellings = (text: string) => [inside(inside(text)), inside(text), text];
  const pairs = [
    ...spellings(before).map((one) => [one, PLAIN.before] as const),
    ...spellings(after).map((one) => [one, PLAIN.after] as const),
  ].sort(([one], [other]) => other.length - one.length);
  return pairs.reduce((left, [one, plain]) => left.replaceAll(one, plain), sql);
}

describe('The plan of a change', () => {
  for (const database of DATABASES)
    it(`The plan of a change is the same whatever texts comments, defaults and checks contain (${database.title})`, async () => {
      const planner = await database.planner();
      const planOf = (given: Texts) =>
        planner
          .plan(readingOf(database.name, given), NO_CONFIRMED_VALUES)
          .map(({ phase, transaction, subject, up, down }) => ({
            ...{ phase, transaction, subject },
            up: up.map(({ statements }) => statements.map((one) => withPlain(printed(one), given))),
            down: down.map(({ statements }) => statements.map((one) => withPlain(printed(one), given))),
          }));
      const expected = planOf(PLAIN);
      expect(expected.flatMap(({ up }) => up.flat()).join('\n')).to.include('aftertext');
      fc.assert(
        fc.property(texts, texts, (one, other) => {
          // Two that hold each other could not be distinguished in the statements.
          const [before, after] = [`b${one}b`, `a${other}a`];
          expect(planOf({ before, after })).to.deep.equal(expected);
        }),
        { numRuns: 300 },
      );
    });
});
