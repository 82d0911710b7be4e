/** What a check works on: what a project declares, and a way to its database. */

import type { KnownDatabase } from '../databases/registry.js';
import type { ReadAll } from '../databases/live-schema.js';
import type { Session } from '../databases/session.js';
import type { Description } from '../metadata/describe.js';
import type { Access } from '../migrator/access.js';
import type { ComparedViews, ViewSides } from './views.js';

/** What is compared: the entities of a DataSource, or what a build has recorded of them. */
export interface CheckSubject {
  readonly database: KnownDatabase;
  /** The revisions, and sessions. */
  readonly access: Pick<Access, 'project' | 'onSession'>;
  /** The entities by the rules of the connected database. */
  readonly describe: () => Description;
  /** The schema that a name without one means; empty where there are none. */
  readonly defaultSchema: () => string;
  /** @throws SearchPathError, SchemaMissingError */
  readonly assertSchema: (readAll: ReadAll) => Promise<void>;
  readonly compareViews: (session: Session, sides: ViewSides) => Promise<ComparedViews>;
}
