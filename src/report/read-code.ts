import type { DataSource } from 'typeorm';
import { DATABASES } from '../databases/registry.js';
import { layoutOf } from '../diagram/layout.js';
import { pictureOf } from '../diagram/picture-of.js';
import { svgElement } from '../diagram/svg.js';
import { entitiesSchema } from '../drift/entities-schema.js';
import { lint } from '../lint/lint.js';
import { loadRevisions } from '../migrator/load-revisions.js';
import { isPlain, isWritten, runsOutside, statementsOf, type KnownRevision } from '../migrator/revision.js';
import { withoutReplaced } from '../migrator/replaced.js';
import type { SchemaModel } from '../schema/model.js';
import { Html } from './html.js';
import { known } from './known.js';
import type { CodeFacts, ReportedRevision, ReportedWay } from './report.js';

/** Reads the entities and the revisions of a DataSource, which needs no connection but the metadata of its entities. */
export async function readCode(dataSource: DataSource): Promise<CodeFacts> {
  const revisions = withoutReplaced(await loadRevisions(dataSource));
  const schema = await entitiesSchema(dataSource);
  return {
    schema,
    diagram: await known(() => diagramOf(schema)),
    revisions: revisions.map(reported),
    lint: await known(async () => (await lint(revisions.map(({ migration }) => migration))).findings),
  };
}

async function diagramOf(schema: SchemaModel): Promise<Html> {
  return new Html(svgElement(await layoutOf(pictureOf(schema)), { title: 'Diagram of the schema' }));
}

function reported(revision: KnownRevision): ReportedRevision {
  const { id, description, phase } = revision;
  return { id, description, phase, ways: isPlain(revision) ? null : waysOf(revision) };
}

function waysOf(revision: KnownRevision): readonly ReportedWay[] {
  const dialects = DATABASES.map(({ name }) => name).filter((name) => isWritten(revision, name));
  return dialects.flatMap((dialect) =>
    (['up', 'down'] as const).map((direction) => ({
      dialect,
      direction,
      transaction: !runsOutside(revision, dialect, direction),
      statements: statementsOf(revision, dialect, direction) ?? [],
    })),
  );
}
