import { existsSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GenerateError, messageOf } from '../errors.js';
import type { RevisionPart, StatementGroup } from './move.js';
import { SNAPSHOT_FILE } from './snapshot.js';

/** What goes into the file of a revision. */
export interface RevisionContent {
  /** PascalCase, without the stamp. */
  readonly name: string;
  /** Milliseconds since 1970, 13 digits. */
  readonly stamp: number;
  /** Where the class gets `Revision` from. */
  readonly importFrom: string;
  readonly part: Omit<RevisionPart, 'suffix'>;
}

const FILE_NAME = /^(\d{13})-([A-Z]\w*)\.ts$/;

/** The text of the file. */
export function revisionSource({ name, stamp, importFrom, part }: RevisionContent): string {
  const { description, transaction, groups } = part;
  return `import { Revision, type DialectStatements } from '${importFrom}';

/** ${description.replaceAll('*/', '* /')} */
export class ${name}${stamp} extends Revision {
  static override readonly description = ${quote(description)};
${transaction ? '' : '\n  override readonly transaction = false;\n'}
  override readonly postgres: DialectStatements = {
    up: ${listOf(groups.postgres.up)},
    down: ${listOf(groups.postgres.down)},
  };

  override readonly sqlite: DialectStatements = {
    up: ${listOf(groups.sqlite.up)},
    down: ${listOf(groups.sqlite.down)},
  };
}
`;
}

/** Name of the file, in TypeORM's manner. */
export function revisionFileName(name: string, stamp: number): string {
  return `${stamp}-${name}.ts`;
}

/** Where revisions are written, and what besides. */
export interface WritingPlace {
  readonly folder: string;
  /** Text of the snapshot at the new head; none for a revision that says nothing of the schema yet. */
  readonly snapshot?: string;
  /** Whether to make an index where there is none; one that is there is always kept up. */
  readonly makeIndex: boolean;
}

/**
 * Writes the files of revisions, lists them in the folder's index, and takes everything back when that fails.
 *
 * @returns the paths of the revisions
 * @throws GenerateError when a revision of one of the stamps exists
 */
export async function writeRevisions(
  { folder, snapshot, makeIndex }: WritingPlace,
  contents: readonly RevisionContent[],
): Promise<readonly string[]> {
  await assertFree(folder, contents);
  const paths = contents.map(({ name, stamp }) => join(folder, revisionFileName(name, stamp)));
  const index = join(folder, 'index.ts');
  const withIndex = makeIndex || existsSync(index);
  try {
    for (const [at, content] of contents.entries())
      await writeFile(paths[at] ?? '', revisionSource(content), { flag: 'wx' });
    const listed = withIndex ? indexSource(await revisionFiles(folder)) : undefined;
    await replaceAll([
      [join(folder, SNAPSHOT_FILE), snapshot],
      [index, listed],
    ]);
  } catch (error) {
    for (const path of paths) await rm(path, { force: true });
    throw new GenerateError(`${folder}: ${messageOf(error)}. Nothing was written.`);
  }
  return paths;
}

async function assertFree(folder: string, contents: readonly RevisionContent[]): Promise<void> {
  const files = await revisionFiles(folder);
  for (const { stamp } of contents) {
    const same = files.find((file) => file.startsWith(`${stamp}-`));
    if (same) throw new GenerateError(`${join(folder, same)} has the stamp ${stamp} already.`);
  }
}

/** Either all files are the new ones, or all the old ones: what is written is put in place at the end. */
async function replaceAll(files: readonly (readonly [string, string | undefined])[]): Promise<void> {
  const written = files.flatMap(([path, text]) =>
    text === undefined ? [] : [{ path, text, next: `${path}.next` }],
  );
  try {
    for (const { next, text } of written) await writeFile(next, text);
    for (const { next, path } of written) await rename(next, path);
  } finally {
    for (const { next } of written) await rm(next, { force: true });
  }
}

/** The index: an explicit list, in the order of the stamps. */
export function indexSource(files: readonly string[]): string {
  const revisions = files.map((file) => ({ file: basename(file, '.ts'), id: classNameOf(file) }));
  const imports = revisions.map(({ file, id }) => `import { ${id} } from './${file}.js';\n`).join('');
  const lines = revisions.map(({ id }) => `  ${id},\n`).join('');
  return `${imports}\n/** Every revision, in the order of the stamps. The generator writes this list; a revision not in it does not exist. */\nexport const migrations = [\n${lines}] as const;\n`;
}

/** Stamps that follow each other by one are of one group, so those of two groups stand further apart. */
const GAP_MS = 1000;

/** The stamp for a new revision: now, or after the newest, so that it is never out of order. */
export async function nextStamp(folder: string, now: number): Promise<number> {
  const newest = (await revisionFiles(folder)).at(-1);
  return newest === undefined ? now : Math.max(now, Number(newest.slice(0, 13)) + GAP_MS);
}

/** Files of revisions in a folder, oldest first. */
export async function revisionFiles(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((file) => FILE_NAME.test(file)).sort();
}

function classNameOf(file: string): string {
  const [, stamp, name] = FILE_NAME.exec(file) ?? [];
  return `${name}${stamp}`;
}

/** Each group with what it is for above it. */
function listOf(groups: readonly StatementGroup[]): string {
  if (groups.length === 0) return '[]';
  return `[\n${groups.map(groupOf).join('')}    ]`;
}

function groupOf({ reason, statements }: StatementGroup): string {
  const lines = statements.map((sql) => `      ${template(sql)},\n`).join('');
  return `${commentOf(reason)}${lines}`;
}

/** As wide as the rest of the code. */
const WIDTH = 110 - '      // '.length;

function commentOf(reason: string): string {
  const words = reason.replace(/\s+/g, ' ').split(' ');
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `      // ${line}\n`).join('');
}

/** A template literal reads a carriage return as a line feed, so it is written as an escape. */
function template(sql: string): string {
  return `\`${sql.replace(/[\\`]|\$\{/g, '\\$&').replaceAll('\r', '\\r')}\``;
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
