import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Capabilities } from '../../databases/database.js';
import type { StatementGroup } from '../../databases/planning.js';
import { recordTables } from '../../databases/records/tables.js';
import { byDialect, databaseOf, type DialectName } from '../../databases/registry.js';
import { GenerateError, messageOf, UsageError } from '../../errors/base.js';
import { putInPlace } from '../../generate/write/files.js';
import type { FileForm } from '../../generate/write/file-form.js';
import type { PlainContent } from '../../generate/write/revision-content.js';
import { plainSource } from '../../generate/write/revision-source.js';
import { revisionFileName } from '../../generate/write/write-revisions.js';
import { loadRevisions } from '../../migrator/load-revisions.js';
import { runsOutside, statementsOf, type KnownRevision } from '../../migrator/revision.js';
import { statement, type Statement } from '../../sql/statement.js';
import type { ExitCode, Io } from '../io.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';
import { unconnected } from '../unconnected.js';

/** TypeScript, or JavaScript in one of the two kinds of modules. */
type EjectLanguage = 'typescript' | 'javascript' | 'commonjs';

const FORMS: Readonly<Record<EjectLanguage, FileForm>> = {
  typescript: { format: 'typeorm', syntax: 'typescript', extension: 'ts' },
  javascript: { format: 'typeorm', syntax: 'module', extension: 'js' },
  commonjs: { format: 'typeorm', syntax: 'commonjs', extension: 'js' },
};

/** A class to write, in any language. */
type EjectedClass = Omit<PlainContent, 'form'>;

/** Options of `eject`, as given. */
export interface EjectOptions extends DataSourceOption {
  /** The folder for the classes. */
  readonly out?: string;
  readonly language: EjectLanguage;
  readonly json: boolean;
}

/** What has to be done to leave this package. */
interface Leaving {
  /** They drop our tables. */
  readonly statements: readonly string[];
  readonly classes: readonly EjectedClass[];
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
  const { attempts, runs, phases, heartbeats } = recordTables(dataSource, capabilities.schemas);
  const classes = revisions.flatMap((revision) => classOf(revision, dialect) ?? []);
  const ours = new Set(classes.map(({ name, stamp }) => `${name}${stamp}`));
  return {
    statements: [attempts, runs, phases, heartbeats].map(({ sql }) => `DROP TABLE IF EXISTS ${sql}`),
    classes,
    kept: revisions.map(({ id }) => id).filter((id) => !ours.has(id)),
    notes: notesOf(classes, capabilities),
  };
}

/** None for a class of TypeORM. */
function classOf(revision: KnownRevision, dialect: DialectName): EjectedClass | undefined {
  const { id, stamp, description } = revision;
  const [up, down] = [statementsOf(revision, dialect, 'up'), statementsOf(revision, dialect, 'down')];
  if (!up || !down) return undefined;
  const isOutside = (['up', 'down'] as const).some((direction) => runsOutside(revision, dialect, direction));
  const groups = byDialect(({ name }) =>
    name === dialect ? { up: groupsOf(up), down: groupsOf(down) } : { up: [], down: [] },
  );
  return {
    ...{ name: id.slice(0, -String(stamp).length), stamp, dialects: [dialect] },
    part: { description, transaction: !isOutside, groups },
  };
}

/** The statements of a loaded revision have no reasons. */
function groupsOf(statements: readonly string[]): readonly StatementGroup[] {
  return statements.length === 0 ? [] : [{ reason: '', statements: statements.map((sql) => statement(sql)) }];
}

/** What TypeORM does otherwise than this package. */
function notesOf(classes: readonly EjectedClass[], { rebuildsTables }: Capabilities): readonly string[] {
  const outside = classes.filter(({ part }) => !part.transaction);
  const rebuilds = rebuildsTables && classes.some((one) => downOf(one).some(({ sql }) => isRebuild(sql)));
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

/** The new table has this name, in TypeORM's rebuilds and in ours, until it replaces the old one. */
function isRebuild(sql: string): boolean {
  return sql.includes('"temporary_');
}

function downOf({ dialects, part }: EjectedClass): readonly Statement[] {
  return dialects.flatMap((dialect) => part.groups[dialect].down.flatMap(({ statements }) => statements));
}

async function writeClasses(
  classes: readonly EjectedClass[],
  out: string,
  { language }: Pick<EjectOptions, 'language'>,
): Promise<readonly string[]> {
  if (!existsSync(out))
    throw new UsageError(`--out: the folder ${out} does not exist. Create it first: mkdir -p ${out}`);
  const made = classes.map((one) => ({
    path: join(out, revisionFileName(one.name, one.stamp, FORMS[language].extension)),
    text: plainSource({ ...one, form: FORMS[language] }),
  }));
  try {
    await putInPlace({ made });
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
  const what = replacedWords(classes.length, out);
  const replaced =
    out === undefined
      ? `1. Replace ${what}. To write ${classes.length === 1 ? 'it' : 'them'}: eject --out <folder>`
      : `1. Replace ${what}:`;
  return [
    'Nothing was run. To leave orchestrator-db, with the table of applied migrations as it is:',
    replaced,
    ...files.map((file) => `     ${file}`),
    ...keptLines(kept.length),
    '2. Use the DataSource of TypeORM, remove this package, and delete snapshot.json beside the revisions.',
    '3. Stop all processes that migrate with this package, then run:',
    ...statements.map((sql) => `     ${sql};`),
    ...notes.map((note) => `note: ${note}`),
  ];
}

function replacedWords(count: number, out: string | undefined): string {
  if (count === 1)
    return out === undefined
      ? 'the revision by a class of TypeORM with the same name'
      : `the revision by the class in ${out}, which has the same name`;
  return out === undefined
    ? `${count} revisions by classes of TypeORM with the same names`
    : `${count} revisions by the classes in ${out}, which have the same names`;
}

function keptLines(count: number): readonly string[] {
  if (count === 0) return [];
  return [
    count === 1
      ? '   One class of TypeORM stays as it is.'
      : `   ${count} classes of TypeORM stay as they are.`,
  ];
}
