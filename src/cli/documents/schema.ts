import * as v from 'valibot';
import { byDialect } from '../../databases/registry.js';
import type { AcceptedJson, DifferenceJson } from '../../drift/report.js';
import { exactly } from '../../exactly.js';
import type { Estimate } from '../../generate/estimate.js';
import type { RevisionDocument } from '../../generate/write/write-generated.js';
import type { LintReport } from '../../lint/finding.js';
import type { Uncomparable, UnmanagedObject } from '../../schema/model.js';
import {
  count,
  dialect,
  finding,
  id,
  ids,
  partlyReplaced,
  revision,
  standby,
  unlinted,
  warnings,
} from './parts.js';

const side = v.nullable(v.string());

const change = {
  kind: v.string(),
  table: v.pipe(v.string(), v.description('Empty for an enumerated type and for a view.')),
  object: v.string(),
  aspects: v.pipe(v.array(v.string()), v.description('What differs, where both sides have it.')),
  desired: side,
  live: side,
  message: v.string(),
};

const explaining = v.exactOptional(
  v.pipe(v.array(v.string()), v.description('Pending revisions whose statements name the object.')),
);

/** Of `check`. */
export const check = v.pipe(
  v.object({
    status: v.picklist(['in-sync', 'drifted']),
    dialect,
    changes: v.array(exactly<DifferenceJson>()(v.object({ ...change, pending: explaining }))),
    accepted: v.pipe(
      v.array(exactly<AcceptedJson>()(v.object({ ...change, reason: v.string() }))),
      v.description('Differences that accepted-drift.json accepts; they are no drift.'),
    ),
    uncomparable: v.array(
      exactly<Uncomparable>()(
        v.object({
          kind: v.string(),
          table: v.string(),
          object: v.string(),
          desired: side,
          live: side,
          reason: v.string(),
        }),
      ),
    ),
    unmanaged: v.array(
      exactly<UnmanagedObject>()(
        v.object({
          kind: v.picklist([
            'table',
            'view',
            'materialized-view',
            'trigger',
            'event-trigger',
            'publication',
            'default-privileges',
            'disabled-trigger',
            'disabled-rule',
            'unenforced-policy',
            'rule',
            'policy',
            'statistics',
            'storage-parameter',
            'row-security',
            'forced-row-security',
            'enum',
            'sequence',
            'index',
            'unique',
            'check',
            'exclusion',
            'foreign-key',
            'table-option',
            'part-option',
            'default',
            'detached-partition',
            'domain',
            'column',
            'missing-index',
          ]),
          object: v.string(),
        }),
      ),
    ),
    pending: v.pipe(ids, v.description('In the code only, without contract revisions.')),
    awaitingContract: v.exactOptional(
      v.pipe(ids, v.description('Present if contract revisions are pending: they wait for older releases.')),
    ),
    newerContract: v.exactOptional(
      v.pipe(
        id,
        v.description('Present if this release is too old: the applied contract revision that it lacks.'),
      ),
    ),
    partlyReplaced: v.exactOptional(partlyReplaced),
    repair: v.exactOptional(
      v.pipe(
        v.object({
          parts: v.array(v.object({ transaction: v.boolean(), statements: v.array(v.string()) })),
          undecided: v.array(
            v.object({ change: v.string(), problem: v.string(), statements: v.array(v.string()) }),
          ),
        }),
        v.description('With --repair: statements that would remove the differences. Nothing ran them.'),
      ),
    ),
    notes: v.exactOptional(
      v.pipe(
        v.array(v.string()),
        v.description('What to write otherwise in entities. Sentences for people.'),
      ),
    ),
    standby,
    citusWorker: v.exactOptional(
      v.pipe(
        v.literal(true),
        v.description(
          'Present if a Citus worker has answered. Its differences mean nothing: check the coordinator.',
        ),
      ),
    ),
    subscriptions: v.exactOptional(
      v.pipe(
        v.array(v.string()),
        v.description('Only on a subscriber: the subscriptions that copy rows into this database.'),
      ),
    ),
    desiredFrom: v.pipe(
      v.picklist(['manifest', 'entities']),
      v.description('Where the compared schema comes from: the manifest of a build, or the entities.'),
    ),
    manifestUnused: v.exactOptional(
      v.pipe(v.string(), v.description('Present with entities: why no manifest was used.')),
    ),
  }),
  v.description('check: the entities compared with the live schema.'),
);

/** Of `lint`. */
export const lint = v.pipe(
  exactly<LintReport>()(
    v.object({
      findings: v.array(finding),
      notes: v.array(v.object({ revision: id, message: v.string() })),
      revisions: v.pipe(count, v.description('How many revisions were linted.')),
      unlinted: v.pipe(v.array(unlinted), v.description('What could not be linted, or not completely.')),
    }),
  ),
  v.description('lint: dangerous statements in revisions.'),
);

const revisions = v.array(exactly<RevisionDocument>()(revision));

/** Of `generate`. */
export const generated = v.pipe(
  v.object({
    status: v.picklist(['written', 'nothing-to-do']),
    files: v.array(v.string()),
    listed: v.pipe(v.boolean(), v.description('Whether index.ts lists them.')),
    revisions,
    warnings,
  }),
  v.description('generate: what was written.'),
);

/** Of `generate --sql`. */
export const shown = v.pipe(
  v.object({ status: v.literal('shown'), revisions, warnings }),
  v.description('generate --sql: the revisions that generate would write.'),
);

/** Of `generate --estimate`. */
export const estimated = v.pipe(
  v.object({
    status: v.picklist(['estimated', 'nothing-to-do']),
    estimate: exactly<Estimate>()(
      v.object({
        tables: v.array(
          v.object({
            table: v.pipe(v.string(), v.description('As SQL.')),
            rows: v.pipe(
              v.nullable(count),
              v.description('About how many; null where the database has no such table.'),
            ),
            bytes: v.pipe(v.nullable(count), v.description('With its indexes.')),
            sampled: v.pipe(count, v.description('Rows that were copied to the scratch database.')),
            steps: v.array(
              v.object({
                revision: id,
                kind: v.picklist(['backfill', 'index', 'validation']),
                name: v.pipe(v.string(), v.description('Of the column, the index or the constraint.')),
                rowsPerSecond: v.pipe(v.nullable(count), v.description('null where nothing was measured.')),
                seconds: v.nullable(v.number()),
                bytes: v.pipe(v.nullable(count), v.description('Disk that it needs.')),
                problem: v.exactOptional(
                  v.pipe(v.string(), v.description('Present where it could not be measured: why.')),
                ),
              }),
            ),
          }),
        ),
        seconds: v.pipe(v.number(), v.description('Of all that could be measured.')),
        bytes: count,
      }),
    ),
    warnings,
  }),
  v.description('generate --estimate: how long the change takes on the database of DATABASE_URL.'),
);

/** Of `generate --check`. */
export const missing = v.pipe(
  v.object({
    status: v.picklist(['missing', 'complete']),
    changes: v.pipe(
      v.object(byDialect(() => v.exactOptional(v.array(v.string())))),
      v.description('Sentences for each dialect of the revisions.'),
    ),
    warnings,
  }),
  v.description('generate --check: whether a revision is missing.'),
);

/** Of `eject`. */
export const ejected = v.pipe(
  v.object({
    statements: v.pipe(v.array(v.string()), v.description('They drop the tables of the log.')),
    classes: v.pipe(ids, v.description('The revisions that have a class of TypeORM now.')),
    files: v.pipe(v.array(v.string()), v.description('The written files; none without --out.')),
    kept: v.pipe(ids, v.description('Classes of TypeORM, which stay as they are.')),
    notes: v.pipe(v.array(v.string()), v.description('What TypeORM does otherwise, for people.')),
  }),
  v.description('eject: how to leave this package.'),
);

/** Of `diagram`. */
export const diagram = v.pipe(
  v.object({
    format: v.picklist(['svg', 'mermaid']),
    file: v.pipe(v.nullable(v.string()), v.description('The file of --output.')),
    text: v.pipe(v.nullable(v.string()), v.description('The diagram; null with --output.')),
    tables: count,
    views: count,
    enums: count,
    relations: count,
  }),
  v.description('A diagram of a schema, or where it is.'),
);
