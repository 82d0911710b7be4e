import { expect } from 'chai';
import type { EntitySchema, ObjectLiteral } from 'typeorm';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import { compareCatalogs, PhasedWorld, type Pair } from './phased-world.js';

const NUMBER = {
  to: (value: unknown) => value,
  from: (value: unknown) => (typeof value === 'string' ? Number(value) : value),
};

/** A table with a numbered key, and two that refer to it. */
function accounts(type: 'integer' | 'bigint', numbering: 'increment' | 'identity'): readonly EntitySchema[] {
  const reference = (name: string, onDelete: 'CASCADE' | 'SET NULL'): EntitySchema =>
    entity(
      name,
      { account: { type, nullable: onDelete === 'SET NULL', transformer: NUMBER } },
      {
        tableName: name,
        indices: [{ name: `ix_${name}`, columns: ['account'] }],
        foreignKeys: [
          {
            name: `fk_${name}`,
            target: 'acc',
            columnNames: ['account'],
            referencedColumnNames: ['id'],
            onDelete,
          },
        ],
      },
    );
  return [
    entity(
      'acc',
      {
        id: {
          type,
          primary: true,
          transformer: NUMBER,
          comment: 'number',
          generated: numbering as 'increment',
        },
        name: { type: 'text', nullable: true },
      },
      { tableName: 'acc' },
    ),
    reference('post', 'CASCADE'),
    reference('note', 'SET NULL'),
  ];
}

onDatabase('postgres', 'Key that becomes a bigint', (database) => {
  for (const [former, next] of [
    ['increment', 'increment'],
    ['identity', 'identity'],
    // As createDataSource has them.
    ['increment', 'identity'],
    ['identity', 'increment'],
  ] as const)
    it(`moves with what refers to it (${former}, then ${next})`, async function () {
      this.timeout(240_000);
      const pair: Pair = { before: accounts('integer', former), after: accounts('bigint', next) };
      const plain = await PhasedWorld.plainCatalog(database(), { ...pair, words: { allowRewrite: true } });
      await PhasedWorld.lend(database(), pair, async (world) => {
        await world.bring('start');
        const start = await world.catalog();
        await world.as('before', async (old) => {
          await old.getRepository('acc').insert([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
          await old.getRepository('post').insert([
            { id: 1, account: 1 },
            { id: 2, account: 2 },
          ]);
          await old.getRepository('note').insert([
            { id: 1, account: 1 },
            { id: 2, account: null },
          ]);
        });
        await world.bring('expand');
        for (const release of ['before', 'after'] as const)
          await world.as(release, async (one) => {
            const [saved] = (await one.getRepository('acc').save([{ name: release }])) as ObjectLiteral[];
            expect(saved?.['id']).to.equal(release === 'before' ? 4 : 5);
            await one
              .getRepository('post')
              .insert({ id: saved?.['id'] as number, account: saved?.['id'] as number });
            await one.getRepository('acc').delete({ id: release === 'before' ? 1 : 2 });
            const posts = await one.getRepository('post').find({ order: { id: 'ASC' } });
            expect(posts.map(({ account }) => account as number)).to.deep.equal(
              release === 'before' ? [2, 4] : [4, 5],
            );
          });
        await world.bring('contract');
        // In one step, the former sequence still has its name when the other one is made.
        const named = plain.map((line) => line.replaceAll('acc_id_seq1', 'acc_id_seq'));
        expect(compareCatalogs(named, await world.catalog())).to.deep.equal([]);
        await world.bring('start');
        expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
        const keys = await world.as('before', (old) =>
          old.getRepository('acc').find({ order: { id: 'ASC' } }),
        );
        expect(keys.map(({ id }) => id as number)).to.deep.equal([3, 4, 5]);
      });
    });
});
