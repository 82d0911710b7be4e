/** Indexes of the materialized views of entities at head, in the words of the entities where they mean the same. */

import type { DataSource } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import type { Session } from '../../databases/session.js';
import type { LiveView } from '../../databases/view-facts.js';
import { withViewIndexes } from '../../drift/view-indexes.js';
import { meansSame } from '../../schema/diff.js';
import type { IndexModel, SchemaModel, ViewModel } from '../../schema/model.js';

/** What is compared. */
interface Given {
  readonly declared: readonly ViewModel[];
  /** Those of the newest generated revision. */
  readonly managed: readonly ViewModel[];
  /** The default one first. */
  readonly schemas: readonly string[];
}

/** Gives live views the whole indexes of the catalog, or those of the entities that mean the same. */
export async function indexReader(
  dataSource: DataSource,
  session: Session,
  { declared, managed, schemas }: Given,
): Promise<(live: LiveView) => LiveView> {
  if (!declared.some(({ materialized }) => materialized)) return (live) => live;
  const database = databaseOf(dataSource);
  const { catalog, name: dialect } = database;
  const read = database.readAll(session);
  const found = await catalog.introspect(read, schemas);
  const none: SchemaModel = { dialect, tables: [], enums: [] };
  const sides = withViewIndexes({ live: none, desired: none }, found, {
    views: declared,
    passedOver: { indexes: [] },
  });
  const { live, desired } = await catalog.canonicalize(sides, read, database.defaultSchema(dataSource));
  return (view) => {
    const indexesIn = (side: SchemaModel) => side.tables.find(({ name }) => name === view.name)?.indexes;
    const [there, wanted = []] = [indexesIn(live), indexesIn(desired)];
    if (!there) return view;
    const declaredIn = (views: readonly ViewModel[], { name }: IndexModel) =>
      views.find((one) => one.name === view.name)?.indexes.find((index) => index.name === name);
    const indexes = there.map((index) => {
      const other = wanted.find(({ name }) => name === index.name);
      const own = declaredIn(declared, index);
      return other && own && isSame(index, other, declaredIn(managed, index)) ? own : index;
    });
    return { ...view, indexes };
  };
}

/** Where the database does not spell a predicate, its text in the snapshot tells whether it has changed. */
function isSame(live: IndexModel, desired: IndexModel, former: IndexModel | undefined): boolean {
  if (!live.where || !desired.where || !(live.where.refused ?? desired.where.refused))
    return meansSame('index', live, desired);
  const isKept = !former || former.where?.sql === desired.where.sql;
  return isKept && meansSame('index', { ...live, where: desired.where }, desired);
}
