import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntitySchema } from 'typeorm';
import { account, failureOf, FailureWorld, type More } from './failure-world.js';

const NUMBER = { type: 'integer' } as const;
const NULLABLE = { type: 'integer', nullable: true } as const;
const UNIQUE: More = { uniques: [{ name: 'uq_ac', columns: ['a'] }] };
const INDEX: More = { indices: [{ name: 'ux_ac', columns: ['a'], unique: true }] };
const PAIR: More = { uniques: [{ name: 'uq_ac', columns: ['a', 'b'] }] };

for (const dialect of ['sqlite', 'postgres'] as const)
  describe(`A backfill of a unique column (${dialect})`, function () {
    this.timeout(120_000);
    let folder = '';
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-unique-'))));
    afterEach(() => rm(folder, { recursive: true }));
    const world = new FailureWorld(dialect, () => folder);

    const warningsOf = async (
      sides: readonly [before: EntitySchema, after: EntitySchema],
      ...backfills: readonly string[]
    ): Promise<readonly string[]> => {
      const [before, after] = sides;
      return (await world.generate(after, await world.history(before), { backfills })).warnings;
    };

    for (const [title, more, name] of [
      ['a unique constraint', UNIQUE, 'uq_ac'],
      ['a unique index', INDEX, 'ux_ac'],
    ] as const)
      it(`The generator reports a unique backfill with a constant, with ${title}`, async () => {
        const sides = [account({ a: NULLABLE }, more), account({ a: NUMBER }, more)] as const;
        expect(await warningsOf(sides, 'ac.a=7')).to.deep.equal([
          `ac.a: --backfill 7 gives every row without a value the same one, but ${name} requires different values. ` +
            'The revision fails if it fills two or more rows. Pass an expression that differs from row to row.',
        ]);
      });

    it('The generator reports a backfill with a constant where the unique index is new', async () => {
      const sides = [account({ a: NULLABLE }), account({ a: NUMBER }, INDEX)] as const;
      expect(await warningsOf(sides, 'ac.a=abs(-7)')).to.have.length(1);
    });

    it('The generator does not report a backfill with a value of the row, nor a key with another column', async () => {
      const sides = [account({ a: NULLABLE }, UNIQUE), account({ a: NUMBER }, UNIQUE)] as const;
      expect(await warningsOf(sides, 'ac.a=id + 100000')).to.deep.equal([]);
      const pair = [
        account({ a: NULLABLE, b: NULLABLE }, PAIR),
        account({ a: NUMBER, b: NULLABLE }, PAIR),
      ] as const;
      expect(await warningsOf(pair, 'ac.a=7')).to.deep.equal([]);
    });

    it('The generator reports backfills with constants for all columns of a key', async () => {
      const pair = [
        account({ a: NULLABLE, b: NULLABLE }, PAIR),
        account({ a: NUMBER, b: NUMBER }, PAIR),
      ] as const;
      expect(await warningsOf(pair, 'ac.a=7', 'ac.b=8')).to.have.length(1);
    });

    it('The generator refuses a backfill with a constant of a new unique column, since every row gets it', async () => {
      const before = await world.history(account({}));
      const work = world.generate(account({ a: NUMBER }, UNIQUE), before, { backfills: ['ac.a=7'] });
      const { lines } = await failureOf(work);
      expect(lines.at(-1)).to.equal(
        'The database rejects the expression of --backfill ac.a: 7. Pass another one.',
      );
    });
  });
