/** Reads the views at head, and compares those of the entities with them. */

import type { DataSource } from 'typeorm';
import type { Planner } from '../../databases/planner.js';
import { databaseOf } from '../../databases/registry.js';
import type { Session } from '../../databases/session.js';
import { TypeormSession } from '../../databases/typeorm-session.js';
import type { ViewFacts } from '../../databases/view-facts.js';
import type { Change } from '../../schema/change.js';
import type { ViewModel } from '../../schema/model.js';
import { indexReader } from './declared-indexes.js';
import { assertIndexesKept, withoutHand } from './view-indexes.js';
import {
  assertOneStatement,
  assertViewsPossible,
  inViewOrder,
  isOneStatement,
  viewSides,
  type ViewSides,
} from './view-sides.js';

/** What the comparison starts from. */
interface Given {
  /** The views of the entities. */
  readonly declared: readonly ViewModel[];
  /** Those that they declared when the newest revision was generated. */
  readonly managed: readonly ViewModel[];
  /** Of the entities, the default one first. */
  readonly schemas: readonly string[];
  /** The changes of tables. */
  readonly changes: readonly Change[];
  /** Whether only the views at head are of use. */
  readonly isHeadOnly: boolean;
}

/** The views of both sides, what is known of them, and all changes: of tables, then of views. */
interface ReadViews extends Pick<ViewSides, 'from' | 'to'> {
  readonly views: ViewFacts;
  readonly changes: readonly Change[];
}

/** @throws ViewRefusedError for a view that the entities or the changes make impossible */
export async function readViews(dataSource: DataSource, planner: Planner, given: Given): Promise<ReadViews> {
  const database = databaseOf(dataSource);
  const { language, title } = database;
  if (!given.isHeadOnly) assertOneStatement(given.declared, database);
  const declared = inViewOrder(given.declared, language).filter((view) => isOneStatement(view, language));
  const gone = given.managed
    .map(({ name }) => name)
    .filter((name) => !declared.some((view) => view.name === name));
  const views = await onSession(dataSource, async (session) => {
    const found = await planner.readViews(session, {
      ...{ declared, gone, changes: given.changes, defaultSchema: database.defaultSchema(dataSource) },
      table: dataSource.metadataTableName,
    });
    return { ...found, live: found.live.map(await indexReader(dataSource, session, given)) };
  });
  const managed = new Set(given.managed.map(({ name }) => name));
  const facts = { ...views, live: views.live.map((live) => withoutHand(live, given)) };
  const sides = viewSides({ declared, facts, managed, language });
  const changes = [...given.changes, ...sides.changes];
  if (!given.isHeadOnly) {
    assertViewsPossible({ declared, facts }, changes, title);
    assertIndexesKept(views, given, language);
  }
  return { views: facts, changes, from: sides.from, to: sides.to };
}

/** What the views of the entities are now, on a scratch database that has them, for the snapshot. */
export async function definedViews(
  dataSource: DataSource,
  planner: Planner,
  { declared, former }: { readonly declared: readonly ViewModel[]; readonly former: readonly ViewModel[] },
): Promise<readonly ViewModel[]> {
  if (declared.length === 0) return [];
  const facts = await onSession(dataSource, (session) =>
    planner.readViews(session, {
      ...{ declared: [], gone: [], changes: [], table: dataSource.metadataTableName },
      defaultSchema: databaseOf(dataSource).defaultSchema(dataSource),
    }),
  );
  return withDefinitions(declared, facts, former);
}

/** Definitions of other major versions stay while the view has the same text and the same columns. */
export function withDefinitions(
  declared: readonly ViewModel[],
  { live, version }: Pick<ViewFacts, 'live' | 'version'>,
  former: readonly ViewModel[],
): readonly ViewModel[] {
  return declared.flatMap((view) => {
    const found = live.find(({ name }) => name === view.name);
    if (!found) return [];
    const { outputs, stored } = found;
    const before = former.find(({ name, text }) => name === view.name && text === view.text);
    const isSame = before && JSON.stringify(before.outputs) === JSON.stringify(outputs);
    return [{ ...view, outputs, definitions: { ...(isSame ? before.definitions : {}), [version]: stored } }];
  });
}

async function onSession<T>(dataSource: DataSource, use: (session: Session) => Promise<T>): Promise<T> {
  const session = new TypeormSession(dataSource.createQueryRunner());
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}
