import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GenerateError } from '../errors.js';
import type { DialectStatements } from '../migrator/revision.js';
import { layOutSql } from './sql-layout.js';

/** What goes into the file of a revision. */
export interface RevisionContent {
  /** PascalCase, without the stamp. */
  readonly name: string;
  /** Milliseconds since 1970, 13 digits. */
  readonly stamp: number;
  /** One sentence. */
  readonly description: string;
  /** Where the class gets `Revision` from. */
  readonly importFrom: string;
  readonly postgres: DialectStatements;
  readonly sqlite: DialectStatements;
}

const FILE_NAME = /^(\d{13})-([A-Z]\w*)\.ts$/;

/** The text of the file. */
export function revisionSource(content: RevisionContent): string {
  const { name, stamp, description, importFrom } = content;
  return `import { Revision, type DialectStatements } from '${importFrom}';

/** ${description} */
export class ${name}${stamp} extends Revision {
  static override readonly description = ${quote(description)};

  override readonly postgres: DialectStatements = {
    up: ${listOf(content.postgres.up)},
    down: ${listOf(content.postgres.down)},
  };

  override readonly sqlite: DialectStatements = {
    up: ${listOf(content.sqlite.up)},
    down: ${listOf(content.sqlite.down)},
  };
}
`;
}

/** Name of the file, in TypeORM's manner. */
export function revisionFileName(name: string, stamp: number): string {
  return `${stamp}-${name}.ts`;
}

/**
 * Writes the file of a revision and lists it in the folder's index.
 *
 * @returns the path of the file
 * @throws GenerateError when a revision of that file name, or of that stamp, exists
 */
export async function writeRevision(folder: string, content: RevisionContent): Promise<string> {
  const same = (await revisionFiles(folder)).find((file) => file.startsWith(`${content.stamp}-`));
  if (same) throw new GenerateError(`${join(folder, same)} has the stamp ${content.stamp} already.`);
  const path = join(folder, revisionFileName(content.name, content.stamp));
  await writeFile(path, revisionSource(content), { flag: 'wx' });
  await writeFile(join(folder, 'index.ts'), indexSource(await revisionFiles(folder)));
  return path;
}

/** The index: an explicit list, in the order of the stamps. */
export function indexSource(files: readonly string[]): string {
  const revisions = files.map((file) => ({ file: basename(file, '.ts'), id: classNameOf(file) }));
  const imports = revisions.map(({ file, id }) => `import { ${id} } from './${file}.js';\n`).join('');
  const lines = revisions.map(({ id }) => `  ${id},\n`).join('');
  return `${imports}\n/** Every revision, in the order of the stamps. The generator writes this list; a revision not in it does not exist. */\nexport const migrations = [\n${lines}] as const;\n`;
}

/** The stamp for a new revision: now, or just after the newest, so that it is never out of order. */
export async function nextStamp(folder: string, now: number): Promise<number> {
  const newest = (await revisionFiles(folder)).at(-1);
  return newest === undefined ? now : Math.max(now, Number(newest.slice(0, 13)) + 1);
}

/** Files of revisions in a folder, oldest first. */
export async function revisionFiles(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((file) => FILE_NAME.test(file)).sort();
}

function classNameOf(file: string): string {
  const [, stamp, name] = FILE_NAME.exec(file) ?? [];
  return `${name}${stamp}`;
}

function listOf(statements: readonly string[]): string {
  if (statements.length === 0) return '[]';
  return `[\n${statements.map((sql) => `      ${template(layOutSql(sql, '        '))},\n`).join('')}    ]`;
}

/** A template literal reads a carriage return as a line feed, so it is written as an escape. */
function template(sql: string): string {
  return `\`${sql.replace(/[\\`]|\$\{/g, '\\$&').replaceAll('\r', '\\r')}\``;
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
