import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GenerateError, messageOf } from '../errors.js';
import { changed, putInPlace, textIfThere } from './files.js';
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
  /** Checksum of the group that was verified; none for a revision that was not. */
  readonly proof?: string;
}

const FILE_NAME = /^(\d{13})-([A-Z]\w*)\.ts$/;

/** The text of the file. */
export function revisionSource({ name, stamp, importFrom, part, proof }: RevisionContent): string {
  const { description, transaction, groups } = part;
  return `import { Revision, type DialectStatements } from '${importFrom}';

/** ${description.replaceAll('*/', '* /')} */
export class ${name}${stamp} extends Revision {
  static override readonly description = ${quote(description)};
${proofLines(proof)}${transaction ? '' : '\n  override readonly transaction = false;\n'}
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

function proofLines(proof: string | undefined): string {
  if (proof === undefined) return '';
  return `
  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    '${proof}';
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
  /** Whether to make an index where there is none; one of ours that is there is always kept up. */
  readonly makeIndex: boolean;
}

/** What was written. */
export interface WrittenRevisions {
  /** Paths of the revisions. */
  readonly files: readonly string[];
  /** Whether an index lists them now. */
  readonly listed: boolean;
  /** Whether the snapshot is another one now. */
  readonly refreshed: boolean;
}

/**
 * Writes the files of revisions, lists them in the folder's index, and takes everything back when that fails.
 *
 * @throws GenerateError when a revision of one of the stamps exists, or something cannot be written
 */
export async function writeRevisions(
  { folder, snapshot, makeIndex }: WritingPlace,
  contents: readonly RevisionContent[],
): Promise<WrittenRevisions> {
  await assertFree(folder, contents);
  const sources = contents.map((content) => ({
    path: join(folder, revisionFileName(content.name, content.stamp)),
    text: revisionSource(content),
  }));
  const files = sources.map(({ path }) => path);
  const names = [...(await revisionFiles(folder)), ...files.map((path) => basename(path))].sort();
  const index = contents.length === 0 ? undefined : await indexFor(folder, names, makeIndex);
  const replaced = await changed([
    { path: join(folder, INDEX_FILE), text: index },
    { path: join(folder, SNAPSHOT_FILE), text: snapshot },
  ]);
  try {
    await putInPlace(sources, replaced);
  } catch (error) {
    throw new GenerateError(`${folder}: ${messageOf(error)}. Nothing was written.`, { cause: error });
  }
  const refreshed = replaced.some(({ path }) => path.endsWith(SNAPSHOT_FILE));
  return { files, listed: index !== undefined, refreshed };
}

async function assertFree(folder: string, contents: readonly RevisionContent[]): Promise<void> {
  const files = await revisionFiles(folder);
  for (const { stamp } of contents) {
    const same = files.find((file) => file.startsWith(`${stamp}-`));
    if (same) throw new GenerateError(`${join(folder, same)} has the stamp ${stamp} already.`);
  }
}

const INDEX_FILE = 'index.ts';

/** The text of the index with those files; none where there is to be none, or it is not one of ours. */
async function indexFor(
  folder: string,
  files: readonly string[],
  makeIndex: boolean,
): Promise<string | undefined> {
  const before = await textIfThere(join(folder, INDEX_FILE));
  const isOurs = before === undefined ? makeIndex : isIndexOf(before, files);
  return isOurs ? indexSource(files) : undefined;
}

/** The index: an explicit list, in the order of the stamps. */
export function indexSource(files: readonly string[]): string {
  const revisions = files.map((file) => ({ file: basename(file, '.ts'), id: classNameOf(file) }));
  const imports = revisions.map(({ file, id }) => `import { ${id} } from './${file}.js';\n`).join('');
  const lines = revisions.map(({ id }) => `  ${id},\n`).join('');
  return `${imports}\n/** Every revision, in the order of the stamps. The generator writes this list; a revision not in it does not exist. */\nexport const migrations = [\n${lines}] as const;\n`;
}

const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const IMPORTS = /import\s*\{\s*\w+\s*,?\s*\}\s*from\s*['"]\.\/[^'"]+['"]\s*;?/g;
const LIST = /^(?:export const migrations\s*=\s*\[([\w\s,]*)\]\s*(?:as const)?\s*;?)?$/;

/** Whether a text is such a list and says nothing else, so that it may be written anew; other projects have other ones. */
function isIndexOf(text: string, files: readonly string[]): boolean {
  const list = LIST.exec(text.replace(COMMENTS, '').replace(IMPORTS, '').trim());
  if (!list) return false;
  const known = files.map(classNameOf);
  return (list[1] ?? '').split(/[\s,]+/).every((id) => id === '' || known.includes(id));
}

/** Stamps that follow each other by one are of one group, so those of two groups stand further apart. */
export const GAP_MS = 1000;

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
