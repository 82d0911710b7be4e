import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GenerateOptions } from '../../../src/generate/generate-revisions.js';
import { account, failureOf, FailureWorld, type Columns, type More } from './failure-world.js';

const NUMBER = { type: 'integer' } as const;
const NULLABLE = { type: 'integer', nullable: true } as const;
const A: Columns = { a: NULLABLE };
const CHECK: More = { checks: [{ name: 'ck_ac', expression: '"a" < 1000000' }] };
const computed = (asExpression: string): Columns => ({
  a: NUMBER,
  b: { ...NULLABLE, asExpression, generatedType: 'STORED' },
});

interface Wrong {
  readonly title: string;
  readonly on?: readonly ('sqlite' | 'postgres')[];
  readonly before?: Parameters<typeof account>;
  readonly after: Parameters<typeof account>;
  readonly options?: Partial<GenerateOptions>;
  readonly names: string;
}

const backfill = (value: string) => ({ backfills: [`ac.a=${value}`] });
const fills = (value: string) => `--backfill ac.a: ${value}. Pass another one.`;
const BOTH = ['sqlite', 'postgres'] as const;
const POSTGRES = ['postgres'] as const;

const WRONG: readonly Wrong[] = [
  {
    title: 'a backfill with a value of another type',
    on: POSTGRES,
    before: [{}],
    after: [{ a: NUMBER }],
    options: backfill(`'x'`),
    names: fills(`'x'`),
  },
  {
    title: 'a backfill of a column that is there, with a value of another type',
    on: POSTGRES,
    before: [A],
    after: [{ a: NUMBER }],
    options: backfill(`'x'`),
    names: fills(`'x'`),
  },
  {
    title: 'a backfill that a check of the table refuses',
    before: [A, CHECK],
    after: [{ a: NUMBER }, CHECK],
    options: backfill('2000000'),
    names: fills('2000000'),
  },
  {
    title: 'a backfill of a new column that a new check refuses',
    before: [{}],
    after: [{ a: NUMBER }, CHECK],
    options: backfill('2000000'),
    names: fills('2000000'),
  },
  {
    title: 'a backfill of a new column that a new check without a name refuses',
    before: [{}],
    after: [{ a: NUMBER }, { checks: [{ expression: '"a" < 1000000' }] }],
    options: backfill('2000000'),
    names: fills('2000000'),
  },
  ...['eu', 'eu-west', 'North Sea'].map((text): Wrong => ({
    title: `a backfill with a text without quotes, ${text}`,
    before: [{}],
    after: [{ a: { type: 'varchar' } }],
    options: backfill(text),
    names: `--backfill ac.a: ${text}. It reads ${text} as SQL, for example as the name of a column. Text needs quotes: --backfill "ac.a='${text}'"`,
  })),
  {
    title: 'a backfill with NULL of a column that becomes required',
    before: [A],
    after: [{ a: NUMBER }],
    options: backfill('NULL'),
    names: fills('NULL'),
  },
  {
    title: 'a backfill with NULL of a new column',
    before: [{}],
    after: [{ a: NUMBER }],
    options: backfill('NULL'),
    names: fills('NULL'),
  },
  {
    title: 'a backfill that is no expression',
    before: [A],
    after: [{ a: NUMBER }],
    options: backfill('id) --'),
    names: fills('id) --'),
  },
  {
    title: 'a backfill with an operator that is none, and a percent sign',
    before: [A],
    after: [{ a: NUMBER }],
    options: backfill('id % % 2'),
    names: fills('id % % 2'),
  },
  {
    title: 'a backfill that a foreign key refuses',
    before: [
      { a: NULLABLE },
      { foreignKeys: [{ name: 'fk', target: 'ac', columnNames: ['a'], referencedColumnNames: ['id'] }] },
    ],
    after: [
      { a: NUMBER },
      { foreignKeys: [{ name: 'fk', target: 'ac', columnNames: ['a'], referencedColumnNames: ['id'] }] },
    ],
    options: backfill('-77'),
    names: fills('-77'),
  },
  {
    title: 'a conversion that is no expression',
    on: POSTGRES,
    before: [A],
    after: [{ a: { type: 'text', nullable: true } }],
    options: { usings: ['ac.a=a::text)::text'], usingsDown: ['ac.a=1'], allowRewrite: true },
    names: '--using ac.a: a::text)::text. Pass another one.',
  },
  {
    title: 'a conversion back with a value that is none',
    on: POSTGRES,
    before: [A],
    after: [{ a: { type: 'text', nullable: true } }],
    options: { usings: ['ac.a=a::text'], usingsDown: [`ac.a='x'`], allowRewrite: true },
    names: `--using-down ac.a: 'x'. Pass another one.`,
  },
  {
    title: 'a conversion back to a type that it does not give',
    on: POSTGRES,
    before: [A],
    after: [{ a: { type: 'text', nullable: true } }],
    options: { usings: ['ac.a=a::text'], usingsDown: [`ac.a=now()`], allowRewrite: true },
    names: `--using-down ac.a: now(). Pass another one.`,
  },
  {
    title: 'a default that is the name of a column',
    before: [{}],
    after: [{ a: NUMBER, b: { ...NULLABLE, default: () => 'a' } }],
    options: backfill('1'),
    names: 'default b of ac: a. Correct it in the entity.',
  },
  {
    title: 'a default that is the name of nothing',
    before: [{}],
    after: [{ b: { ...NULLABLE, default: () => 'c' } }],
    names: 'default b of ac: c. Correct it in the entity.',
  },
  {
    title: 'a default of a new table that is the name of nothing',
    after: [{ a: NUMBER, b: { ...NULLABLE, default: () => 'a' } }],
    names: 'default b of ac: a. Correct it in the entity.',
  },
  {
    title: 'a default of another type',
    on: POSTGRES,
    before: [{}],
    after: [{ b: { ...NULLABLE, default: 'x' } }],
    names: `default b of ac: 'x'. Correct it in the entity.`,
  },
  {
    title: 'a condition of an index that is not immutable',
    on: POSTGRES,
    before: [A],
    after: [A, { indices: [{ name: 'ix_ac', columns: ['a'], where: 'now() > now()' }] }],
    names: 'index ix_ac of ac: now() > now(). Correct it in the entity.',
  },
  {
    title: 'a condition of an index that is not deterministic',
    on: ['sqlite'],
    before: [A],
    after: [A, { indices: [{ name: 'ix_ac', columns: ['a'], where: 'random() > 0' }] }],
    names: 'index ix_ac of ac: random() > 0. Correct it in the entity.',
  },
  {
    title: 'a condition of an index of a new table',
    after: [A, { indices: [{ name: 'ix_ac', columns: ['a'], where: 'random() > 0' }] }],
    names: 'index ix_ac of ac: random() > 0. Correct it in the entity.',
  },
  {
    title: 'a computed column that is not immutable',
    after: [computed('a + random()')],
    names: 'generated b of ac: a + random(). Correct it in the entity.',
  },
  {
    title: 'a computed column that is not immutable, of a table that is there',
    before: [{ a: NUMBER }],
    after: [computed('a + random()')],
    options: { allowRewrite: true },
    names: 'generated b of ac: a + random(). Correct it in the entity.',
  },
  {
    title: 'one of two computed columns that is not immutable',
    after: [
      { ...computed('a + random()'), c: { ...NULLABLE, asExpression: 'a + 1', generatedType: 'STORED' } },
    ],
    names: 'generated b of ac: a + random(). Correct it in the entity.',
  },
  {
    title: 'a check with a subquery',
    after: [A, { checks: [{ name: 'ck_ac', expression: '"a" IN (SELECT 1)' }] }],
    names: 'check ck_ac of ac: "a" IN (SELECT 1). Correct it in the entity.',
  },
  {
    // A comment of SQLite does not nest: PostgreSQL reads everything after the 1 as one.
    title: 'one that PostgreSQL would read as a literal and a comment',
    on: ['sqlite'],
    after: [computed('1 /* /* */ + nope')],
    names: 'generated b of ac: 1 /* /* */ + nope. Correct it in the entity.',
  },
  {
    title: 'an exclusion that is not immutable',
    on: POSTGRES,
    after: [
      { a: NUMBER },
      {
        exclusions: [{ name: 'xc', expression: 'USING gist (box(point(a, random()), point(a, 1)) WITH &&)' }],
      },
    ],
    names: 'exclusion xc of ac: box(point(a, random()), point(a, 1)). Correct it in the entity.',
  },
];

for (const dialect of BOTH)
  describe(`An expression that the database rejects (${dialect})`, function () {
    this.timeout(120_000);
    let folder = '';
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-wrong-'))));
    afterEach(() => rm(folder, { recursive: true }));
    const world = new FailureWorld(dialect, () => folder);

    for (const { title, before, after, options = {}, names } of WRONG.filter(({ on = BOTH }) =>
      on.includes(dialect),
    ))
      it(`The failure names ${title}`, async () => {
        const revisions = before ? await world.history(account(...before)) : [];
        const { lines } = await failureOf(world.generate(account(...after), revisions, options));
        expect(lines.at(-1), lines.join('\n')).to.equal(`The database rejects the expression of ${names}`);
      });

    it('The failure names all expressions that may be at fault', async () => {
      const columns = {
        ...computed(dialect === 'sqlite' ? 'changes()' : `length('now'::timestamptz::text)`),
        c: { ...NULLABLE, asExpression: 'a + 1', generatedType: 'STORED' },
      } as const;
      const { lines, reason } = await failureOf(world.generate(account(columns), []));
      expect(lines.at(-1), lines.join('\n')).to.match(
        /^The database rejects one of the expressions of generated b of ac: .*; generated c of ac: a \+ 1\. Correct it in the entity\.$/,
      );
      expect(reason.kind).to.equal('expression');
    });
  });
