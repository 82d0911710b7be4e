import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { UsageError } from '../../errors.js';
import { UnsaidChangesError } from '../../errors/generate.js';
import { generate as generateRevisions, type Generated } from '../../generate/generate.js';
import { nextStamp, writeRevisions, type RevisionContent } from '../../generate/revision-file.js';
import { statementsIn } from '../../generate/revision-class.js';
import type { GenerateWords } from '../../generate/said.js';
import { scratchSourcesOf } from '../../generate/scratch-sources.js';
import { snapshotText } from '../../generate/snapshot.js';
import { parseSettings } from '../../settings.js';
import { answersTo } from '../ask-unsaid.js';
import { withRowCounts } from '../count-rows.js';
import type { ExitCode } from '../io.js';
import { dataSourceFor, type CommandContext, type DataSourceOption } from '../open.js';
import { assertRevisionName } from '../revision-name.js';
import { sqlLines } from '../generated-lines.js';

/** Options of `generate`, as given. */
export interface GenerateOptions extends DataSourceOption {
  readonly rename: readonly string[];
  readonly renameTable: readonly string[];
  readonly drop: readonly string[];
  readonly backfill: readonly string[];
  readonly allowRewrite: boolean;
  readonly check: boolean;
  readonly sql: boolean;
  readonly countRows: boolean;
  readonly json: boolean;
}

/** Where revisions are kept. */
const FOLDER = 'src/migrations';
const EXAMPLE = 'npm run -s db:generate -- AddColumn';

/**
 * Writes the revisions that lead from head to the entities, proved on scratch databases; with `--check` it only tells
 * whether there are any, with `--sql` it shows their statements.
 *
 * @param path a name in PascalCase; before it may stand a folder, `src/migrations` being the default
 */
export async function generate(
  path: string | undefined,
  options: GenerateOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const place = placeOf(path, options);
  const generated = await generateAsking(place, options, context);
  for (const warning of generated.warnings) context.io.err(`note: ${warning}`);
  if (options.check) return tellWhetherMissing(generated, options, context);
  return options.sql
    ? showStatements(generated, options, context)
    : write(generated, { place, options, context });
}

interface Place {
  readonly folder: string;
  readonly name: string;
}

function placeOf(path: string | undefined, { check, sql }: GenerateOptions): Place {
  if (path === undefined && !(check || sql))
    throw new UsageError(`generate needs the name of the revision. Example: ${EXAMPLE}`);
  const name = path === undefined ? 'Missing' : basename(path);
  assertRevisionName(name, EXAMPLE);
  const folder = path?.includes('/') ? dirname(path) : FOLDER;
  if (!existsSync(folder))
    throw new UsageError(
      `The folder ${folder} does not exist. Call it where the sources of the project are.`,
    );
  return { folder, name };
}

/** On a terminal, what was not said is asked for, until everything is said or the person has had enough. */
async function generateAsking(
  place: Place,
  options: GenerateOptions,
  context: CommandContext,
): Promise<Generated> {
  let words = wordsIn(options);
  for (;;) {
    try {
      return await generateOnce(place, words, { options, context });
    } catch (error) {
      if (!(error instanceof UnsaidChangesError)) throw error;
      const told = options.countRows ? await withRowCounts(error, options, context) : error;
      const more = options.json ? undefined : await answersTo(told, context.io);
      if (!more) throw told;
      words = joined(words, more);
    }
  }
}

async function generateOnce(
  { folder, name }: Place,
  words: GenerateWords,
  { options, context }: { readonly options: GenerateOptions; readonly context: CommandContext },
): Promise<Generated> {
  const dataSource = await dataSourceFor(options, context);
  return generateRevisions({
    sources: scratchSourcesOf(dataSource),
    settings: parseSettings(context.io.env),
    folder,
    name,
    stamp: await nextStamp(folder, context.project.today()),
    words,
  });
}

function wordsIn(options: GenerateOptions): GenerateWords {
  return {
    renames: options.rename,
    renamedTables: options.renameTable,
    drops: options.drop,
    backfills: options.backfill,
    allowRewrite: options.allowRewrite,
  };
}

function joined(words: GenerateWords, more: GenerateWords): GenerateWords {
  return {
    renames: [...words.renames, ...more.renames],
    renamedTables: [...words.renamedTables, ...more.renamedTables],
    drops: [...words.drops, ...more.drops],
    backfills: [...words.backfills, ...more.backfills],
    allowRewrite: words.allowRewrite || more.allowRewrite,
  };
}

const NOTHING = 'The entities say nothing that the revisions do not: no revision is needed.';

function tellWhetherMissing(
  { revisions }: Generated,
  { json }: GenerateOptions,
  { io }: CommandContext,
): ExitCode {
  const ids = revisions.map(({ part }) => part.description);
  if (json) io.out(JSON.stringify({ status: ids.length === 0 ? 'complete' : 'missing', changes: ids }));
  else if (ids.length === 0) io.out(NOTHING);
  else for (const line of ['A revision is missing:', ...ids.map((words) => `  ${words}`)]) io.out(line);
  return ids.length === 0 ? 0 : 2;
}

function showStatements(generated: Generated, { json }: GenerateOptions, { io }: CommandContext): ExitCode {
  if (json) io.out(JSON.stringify({ status: 'shown', ...documentOf(generated) }));
  else if (generated.revisions.length === 0) io.out(NOTHING);
  else for (const line of sqlLines(generated.revisions)) io.out(line);
  return 0;
}

function documentOf({ revisions }: Generated): { readonly revisions: readonly unknown[] } {
  return {
    revisions: revisions.map(({ id, part }) => ({
      id,
      description: part.description,
      transaction: part.transaction,
      postgres: statementsIn(part.groups.postgres),
      sqlite: statementsIn(part.groups.sqlite),
    })),
  };
}

interface Writing {
  readonly place: Place;
  readonly options: GenerateOptions;
  readonly context: CommandContext;
}

async function write(generated: Generated, { place, options, context }: Writing): Promise<ExitCode> {
  const { folder } = place;
  const importFrom = context.project.revisionModule(folder);
  const contents = generated.revisions.map(({ name, stamp, part }): RevisionContent => ({
    name,
    stamp,
    importFrom,
    part,
  }));
  const snapshot = snapshotText(generated.snapshot);
  const makeIndex = options.dataSource === undefined && contents.length > 0;
  const files = await writeRevisions({ folder, snapshot, makeIndex }, contents);
  const status = files.length === 0 ? 'nothing-to-do' : 'written';
  if (options.json) context.io.out(JSON.stringify({ status, files, ...documentOf(generated) }));
  else if (files.length === 0) context.io.out(NOTHING);
  else for (const line of writtenLines(files, generated)) context.io.out(line);
  return 0;
}

function writtenLines(files: readonly string[], { revisions }: Generated): readonly string[] {
  const wide = Math.max(...files.map((file) => file.length));
  const lines = files.map(
    (file, index) => `  ${file.padEnd(wide)}  ${revisions[index]?.part.description ?? ''}`,
  );
  const what = files.length === 1 ? 'one revision' : `${files.length} revisions, one after the other`;
  return [`Wrote ${what}, proved on scratch databases. Read before you run:`, ...lines];
}
