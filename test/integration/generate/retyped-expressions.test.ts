import { expect } from 'chai';
import { VerificationFailedError } from '../../../src/errors/verification.js';
import { job, NUMBER } from './case.js';
import { generateTogether, runTogether } from './together.js';

const BEFORE = job({ n: NUMBER });
const PARTS = [
  'CREATE INDEX ix ON job (id, (n + 1))',
  'ALTER TABLE job ADD CONSTRAINT ck CHECK (n + 1 > 0)',
  'ALTER TABLE job ADD CONSTRAINT ex EXCLUDE USING btree ((n + 1) WITH =)',
  'ALTER TABLE job ADD CONSTRAINT part EXCLUDE USING btree (id WITH =) WHERE (n > 3)',
];

describe('An expression of a revision written by hand over a column that gets another type (PostgreSQL)', function () {
  this.timeout(120_000);

  it('An expression has the meaning for the new type, and after down that for the former one', async () => {
    const after = job({ n: { type: 'numeric', nullable: true } });
    const changed = await runTogether({ before: BEFORE, after, byHand: PARTS });
    expect(changed.filter((line) => line.startsWith('new: '))).to.deep.equal([
      'new: constraint on public.job ck CHECK (((n + (1)::numeric) > (0)::numeric))',
      'new: constraint on public.job ex EXCLUDE USING btree (((n + (1)::numeric)) WITH =)',
      'new: constraint on public.job part EXCLUDE USING btree (id WITH =) WHERE ((n > (3)::numeric))',
      'new: index CREATE INDEX ex ON public.job USING btree (((n + (1)::numeric)))',
      'new: index CREATE INDEX ix ON public.job USING btree (id, ((n + (1)::numeric)))',
      'new: index CREATE INDEX part ON public.job USING btree (id) WHERE (n > (3)::numeric)',
    ]);
  });

  for (const [made, of] of [
    [PARTS[0] ?? '', 'index ix of job: (n + 1)'],
    [PARTS[1] ?? '', 'check ck of job: ((n + 1) > 0)'],
  ] as const)
    it(`An expression that does not fit the new type is refused by name, and --drop is a way out: ${of}`, async () => {
      const given = { before: BEFORE, after: job({ n: { type: 'text', nullable: true } }), byHand: [made] };
      const place = /\b(?:ix|ck)\b/.exec(of)?.[0] ?? '';
      const refused: unknown = await generateTogether(given).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(VerificationFailedError);
      expect((refused as VerificationFailedError).lines.at(-1)).to.equal(
        `The database rejects the expression of ${of}. No entity declares it. To drop it in this change, pass --drop job.${place}. A later revision by hand can create one that fits: npm run -s db -- create Name`,
      );
      const { next } = await generateTogether({ ...given, words: { drops: [`job.${place}`] } });
      expect(next.length).to.be.greaterThan(0);
    });
});
