/** Plans the statements of a change for PostgreSQL: operations by phase, without blocking where that is possible. */

import type { Planner } from '../../planner.js';
import { measureRevisions } from '../estimate/measure.js';
import { sampleTable } from '../estimate/sample.js';
import { indexesUnited, phasesDivided, withDivisions } from './divide/parts.js';
import { isNamedIn } from './undeclared-dependents.js';
import { readExtensions, readFacts, readLiveFacts } from './facts.js';
import { readableTexts } from './readable-texts.js';
import { readPostgresViews } from '../views/read-views.js';
import { restatePostgres } from '../restate/restate.js';
import { renameOperations } from './renames.js';
import { withoutRewrite } from './phases/moves/choose.js';
import { planPhases } from './phases/plan-phases.js';
import { valuesJoined } from './phases/values.js';
import { indexesBuilt, objectsLost, renderPostgres } from './render.js';
import { blockingRebuilds, risksOf } from './risks.js';
import { PostgresNames } from './sql.js';
import { loadSqlReader } from './sql-reader.js';

/** Plans for PostgreSQL, where other sessions use the tables meanwhile. It loads PostgreSQL's parser. */
export async function loadPostgresPlanner(): Promise<Planner> {
  return {
    renaming: ({ renames, head, defaultSchema }) =>
      renameOperations({ renames, head }, new PostgresNames(defaultSchema)).flatMap(({ up }) =>
        up.map(({ sql }) => sql),
      ),
    readExtensions,
    readFacts,
    readLiveFacts,
    readViews: readPostgresViews,
    risksOf,
    blockingRebuilds,
    plan: (reading, confirmed) =>
      withDivisions(reading, (plain) =>
        renderPostgres(plain, confirmed, (context) => valuesJoined(context, plain)),
      ),
    hasPhases: true,
    planPhases: (reading, confirmed) => phasesDivided(reading, (plain) => planPhases(plain, confirmed)),
    withoutRewrite,
    builtIndexes: (reading, confirmed) =>
      new Set([...indexesBuilt(reading, confirmed), ...indexesUnited(reading)]),
    objectsLost,
    readableTexts,
    restate: restatePostgres,
    estimator: { sample: sampleTable, measure: measureRevisions },
    sql: await loadSqlReader(),
    isNamedIn,
  };
}
