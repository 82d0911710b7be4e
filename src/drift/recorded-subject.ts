/** The check of a database against the schema that a build has recorded, without TypeORM and the entities. */

import { databaseNamed } from '../databases/registry.js';
import type { Description } from '../metadata/describe.js';
import type { Access } from '../migrator/access.js';
import type { CheckSubject } from './subject.js';

/**
 * What a build has recorded, as a check sees it; undefined where names without a schema mean another schema in this
 * session than they did for the build, so that the entities have to be read.
 *
 * @param desired without views, which are compared with what TypeORM records
 */
export async function recordedSubject(
  access: Access,
  desired: Description,
): Promise<CheckSubject | undefined> {
  const database = databaseNamed(access.project().database.name);
  const schema = await access.onSession((session) => database.sessionSchema(database.readAll(session)));
  if (schema !== desired.schemas[0]) return undefined;
  return {
    database,
    access,
    describe: () => desired,
    defaultSchema: () => schema,
    assertSchema: () => Promise.resolve(),
    compareViews: () => Promise.resolve({ changes: [], uncomparable: [] }),
  };
}
