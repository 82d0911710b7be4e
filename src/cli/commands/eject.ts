import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { recordTables } from '../../databases/records/tables.js';
import { databaseOf, type DialectName } from '../../databases/registry.js';
import { GenerateError, messageOf, UsageError } from '../../errors/base.js';
import { putInPlace } from '../../generate/write/files.js';
import {
  typeormClassSource,
  typeormFileName,
  type ClassLanguage,
  type TypeormClass,
} from '../../generate/write/typeorm-class.js';
import { loadRevisions } from '../../migrator/load-revisions.js';
import { runsOutside, statementsOf, type KnownRevision } from '../../migrator/revision.js';
import type { ExitCode, Io } from '../io.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';
import { unconnected } from '../unconnected.js';

/** Options of `eject`, as given. */
export interface EjectOptions extends DataSourceOption {
  /** The folder for the classes. */
  readonly out?: string;
  readonly language: ClassLanguage;
  readonly json: boolean;
}

/** What has to be done to leave this package. */
interface Leaving {
  /** They drop our tables. */
  readonly statements: readonly string[];
  readonly classes: readonly TypeormClass[];
  /** Classes of TypeORM, which stay as they are. */
  readonly kept: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Prints how a project leaves this package: the statements that drop the tables of the log, and with `--out` each
 * revision as a migration class of TypeORM for the database of the DataSource. It connects to no database.
 *
 * @throws UsageError, GenerateError where a file exists; nothing is written then
 */
export async function eject(options: EjectOptions, context: CommandContext): Promise<ExitCode> {
  const dataSource = await unconnected(options, context);
  const leaving = leavingOf(dataSource, await loadRevisions(dataSource));
  const files = options.out === undefined ? [] : await writeClasses(leaving.classes, options.out, options);
  report(leaving, files, { options, io: context.io });
  return 0;
}

function leavingOf(dataSource: DataSource, revisions: readonly KnownRevision[]): Leaving {
  const { name: dialect, capabilities } = databaseOf(dataSource);
  const { attempts, runs } = recordTables(dataSource, capabilities.schemas);
  const classes = revisions.flatMap((revision) => classOf(revision, dialect) ?? []);
  const ours = new Set(classes.map(({ name, stamp }) => `${name}${stamp}`));
  return {
    statements: [attempts, runs].map(({ sql }) => `DROP TABLE IF EXISTS ${sql}`),
    classes,
    kept: revisions.map(({ id }) => id).filter((id) => !ours.has(id)),
    notes: notesOf(classes),
  };
}

/** None for a class of TypeORM. */
function classOf(revision: KnownRevision, dialect: DialectName): TypeormClass | undefined {
  const { id, stamp, description } = revision;
  const [up, down] = [statementsOf(revision, dialect, 'up'), statementsOf(revision, dialect, 'down')];
  if (!up || !down) return undefined;
  const isOutside = (['up', 'down'] as const).some((direction) => runsOutside(revision, dialect, direction));
  return { name: id.slice(0, -String(stamp).length), stamp, description, transaction: !isOutside, up, down };
}

/** What TypeORM does otherwise than this package. */
function notesOf(classes: readonly TypeormClass[]): readonly string[] {
  const outside = classes.filter(({ transaction }) => !transaction);
  // Only SQLite has tables of that name: they replace a table that it cannot alter.
  const rebuilds = classes.some(({ down }) => down.some((sql) => sql.includes('"temporary_')));
  return [
    ...(outside.length === 0
      ? []
      : [
          `${outside.length} of the classes run outside a transaction: run migration:run with "-t each", and revert these with migration:revert "-t none".`,
        ]),
    ...(rebuilds
      ? [
          'migration:revert of TypeORM deletes the rows that refer to a rebuilt table: revert with "-t none", which keeps them, and copy the file first, since a failure then leaves a part.',
        ]
      : []),
    'TypeORM takes no lock: let one process run the migrations.',
  ];
}

async function writeClasses(
  classes: readonly TypeormClass[],
  out: string,
  { language }: Pick<EjectOptions, 'language'>,
): Promise<readonly string[]> {
  if (!existsSync(out))
    throw new UsageError(`--out: the folder ${out} does not exist. Create it first: mkdir -p ${out}`);
  const made = classes.map((one) => ({
    path: join(out, typeormFileName(one, language)),
    text: typeormClassSource(one, language),
  }));
  try {
    await putInPlace(made, []);
  } catch (error) {
    throw new GenerateError(`${out}: ${messageOf(error)}. Nothing was written.`, { cause: error });
  }
  return made.map(({ path }) => path);
}

function report(
  leaving: Leaving,
  files: readonly string[],
  { options, io }: { readonly options: EjectOptions; readonly io: Io },
): void {
  const { statements, classes, kept, notes } = leaving;
  const ids = classes.map(({ name, stamp }) => `${name}${stamp}`);
  if (options.json)
    printDocument(io, 'eject', {
      statements: [...statements],
      classes: ids,
      files: [...files],
      kept: [...kept],
      notes: [...notes],
    });
  else for (const text of linesOf(leaving, files, options.out)) io.out(text);
}

function linesOf(
  { statements, classes, kept, notes }: Leaving,
  files: readonly string[],
  out: string | undefined,
): readonly string[] {
  const replaced =
    out === undefined
      ? `1. Replace ${classes.length} revisions by classes of TypeORM with the same names. To write them: eject --out <folder>`
      : `1. Replace ${classes.length} revisions by the classes in ${out}, which have the same names:`;
  return [
    'Nothing was run. To leave orchestrator-db, with the table of applied migrations as it is:',
    replaced,
    ...files.map((file) => `     ${file}`),
    ...(kept.length === 0 ? [] : [`   ${kept.length} classes of TypeORM stay as they are.`]),
    '2. Use the DataSource of TypeORM, remove this package, and delete snapshot.json beside the revisions.',
    '3. Stop all processes that migrate with this package, then run:',
    ...statements.map((sql) => `     ${sql};`),
    ...notes.map((note) => `note: ${note}`),
  ];
}
