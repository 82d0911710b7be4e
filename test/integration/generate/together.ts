import { expect } from 'chai';
import type { QueryRunner } from 'typeorm';
import { NO_CONFIRMATIONS } from '../../../src/generate/confirm/confirmations.js';
import { compareCatalogs, readRawCatalog } from '../../../src/generate/verify/raw-catalog.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { revision } from '../../support/revisions.js';
import { ANYHOW, type Case } from './case.js';
import { findingsIn } from './property/findings.js';
import { generateBoth, onRealDatabase, type Entities, type History } from './property/run.js';

/** A change of entities beside objects that a revision written by hand has made. */
export interface Together {
  readonly before: Entities;
  readonly after: Entities;
  readonly words?: Case[3];
  /** Statements of that revision; it has no way down. */
  readonly byHand?: readonly string[];
}

/** Generates for PostgreSQL what leads from one side to the other, after the revision written by hand. */
export function generateTogether({ before, after, words, byHand = [] }: Together): Promise<History> {
  return generateBoth({
    ...{ before, after, words: { ...NO_CONFIRMATIONS, ...ANYHOW, ...words }, dialects: ['postgres'] },
    byHand: byHand.length === 0 ? [] : [revision('ByHand1700000000500', byHand, [])],
  });
}

/** What a catalog has of columns and types, which the change is about. */
const OF_CHANGE = /^(gone|new): (column|type|sequence) /;

/**
 * Runs the generated revisions on a real database. Lint finds nothing in them; `down` leads back to the same catalog;
 * a second `up`, and each revision that is reverted alone and run again, lead to that after the first one.
 *
 * @returns what `up` changes besides columns and types
 */
export async function runTogether(given: Together): Promise<readonly string[]> {
  const history = await generateTogether(given);
  const { first, next } = history;
  // SQLite has no part of it, and the revision written by hand has no way down.
  const findings = (await findingsIn(history)).filter((words) => !/ByHand|^dialects-differ/.test(words));
  expect(findings, 'lint').to.deep.equal([]);
  const target = first.at(-1)?.name ?? 'base';
  const all = { entities: given.after, migrations: [...first, ...next] };
  return onRealDatabase('postgres', all, async (dataSource) => {
    const runner = dataSource.createQueryRunner();
    try {
      await migrateUp(dataSource, { target });
      const before = await readRawCatalog(runner);
      await migrateUp(dataSource);
      const after = await readRawCatalog(runner);
      await migrateDown(dataSource, { target });
      expect(await since(before, runner), 'after down').to.deep.equal([]);
      await migrateUp(dataSource);
      expect(await since(after, runner), 'after the second up').to.deep.equal([]);
      for (const count of next.keys()) {
        await migrateDown(dataSource, { target: `-${count + 1}` });
        await migrateUp(dataSource);
        expect(await since(after, runner), `the last ${count + 1} again`).to.deep.equal([]);
      }
      return compareCatalogs(before, after).filter((line) => !OF_CHANGE.test(line));
    } finally {
      await runner.release();
    }
  });
}

async function since(catalog: readonly string[], runner: QueryRunner): Promise<readonly string[]> {
  return compareCatalogs(catalog, await readRawCatalog(runner));
}

/** The statements of a direction, in the order in which they run. */
export function statementsOf({ generated }: History, direction: 'up' | 'down'): readonly string[] {
  const revisions = direction === 'up' ? generated.revisions : generated.revisions.toReversed();
  return revisions.flatMap(({ part }) =>
    part.groups.postgres[direction].flatMap(({ statements }) => statements.map(({ sql }) => sql)),
  );
}
