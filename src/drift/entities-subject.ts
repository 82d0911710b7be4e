/** The check of a DataSource, whose entities are read. */

import type { DataSource } from 'typeorm';
import { databaseOf } from '../databases/registry.js';
import { describeEntities } from '../metadata/describe.js';
import { withSession } from '../migrator/connections.js';
import { projectOf } from '../migrator/state.js';
import type { CheckSubject } from './subject.js';
import { compareViews } from './views.js';

/** A connected DataSource as a check sees it. */
export function subjectOf(dataSource: DataSource): CheckSubject {
  const database = databaseOf(dataSource);
  return {
    database,
    access: {
      project: () => projectOf(dataSource),
      onSession: (use) => withSession(dataSource, use),
    },
    describe: () => describeEntities(dataSource),
    defaultSchema: () => database.defaultSchema(dataSource),
    assertSchema: (readAll) => database.assertSchema(dataSource, readAll),
    compareViews: (session, sides) => compareViews(dataSource, session, sides),
  };
}
