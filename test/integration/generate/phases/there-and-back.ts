import { expect } from 'chai';
import { checkDrift } from '../../../../src/drift/check-drift.js';
import { compareCatalogs, type PhasedWorld, type Stage } from './phased-world.js';

type Catalog = Awaited<ReturnType<typeof PhasedWorld.plainCatalog>>;

/** Contract leaves the schema of the plain change behind, and the way back that of the start. */
export async function assertThereAndBack(world: PhasedWorld, plain: Catalog): Promise<void> {
  await world.bring('start');
  const start = await world.catalog();
  await world.bring('contract');
  expect(compareCatalogs(plain, await world.catalog())).to.deep.equal([]);
  await world.bring('start');
  expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
}

/**
 * The same by way of expand and back. Neither release finds a difference, or an unmanaged view or trigger, at any place
 * that it is used at.
 */
export async function assertSuitsBoth(world: PhasedWorld, plain: Catalog): Promise<void> {
  const each = async (stage: Stage) => {
    await world.bring(stage);
    const old = stage === 'contract' ? [] : await findings(world, 'before');
    return { old, new: await findings(world, 'after') };
  };
  const fine = { old: [], new: [] };
  await world.bring('start');
  const start = await world.catalog();
  expect(await each('expand')).to.deep.equal(fine);
  const expanded = await world.catalog();
  expect(await each('contract')).to.deep.equal(fine);
  expect(compareCatalogs(plain, await world.catalog())).to.deep.equal([]);
  expect(await each('expand')).to.deep.equal(fine);
  expect(compareCatalogs(expanded, await world.catalog())).to.deep.equal([]);
  await world.bring('start');
  expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
}

function findings(world: PhasedWorld, release: 'before' | 'after'): Promise<readonly string[]> {
  return world.as(release, async (dataSource) => {
    const { changes, unmanaged } = await checkDrift(dataSource);
    const ours = unmanaged.filter(({ kind }) => kind === 'view' || kind === 'trigger');
    return [...changes, ...ours].map(({ kind, object }) => `${kind} ${object}`);
  });
}
