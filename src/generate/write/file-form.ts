import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DialectName } from '../../databases/registry.js';
import { UsageError } from '../../errors/base.js';
import { isModule } from './module-kind.js';

/** A class of this package, or a plain migration class of TypeORM, which needs this package only to be generated. */
export type RevisionFormat = 'revision' | 'typeorm';

/** The language of a file: TypeScript, or JavaScript as an ES module or as CommonJS. */
export type Syntax = 'typescript' | 'module' | 'commonjs';

/** How the file of a revision is written. */
export interface FileForm {
  readonly format: RevisionFormat;
  readonly syntax: Syntax;
  /** Without a dot: `ts` for example. */
  readonly extension: string;
}

/** A TypeScript class of this package. */
export const USUAL_FORM: FileForm = { format: 'revision', syntax: 'typescript', extension: 'ts' };

/** A source file that may contain a migration class, by TypeORM's rule for names; declarations contain none. */
const STAMPED = /^\d{13}-.+?(?<!\.d)\.(?<extension>[cm]?[jt]s)$/;

/** The migration files of a folder in TypeScript and JavaScript, oldest first; none where it does not exist. */
export function stampedFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => STAMPED.test(file))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * The form of the next file in a folder: the language of the newest one there, TypeScript where a file was compiled
 * beside its source.
 *
 * @param extension of the first file
 */
export function formIn(folder: string, format: RevisionFormat, extension: string): FileForm {
  const extensions = stampedFiles(folder).map((file) => STAMPED.exec(file)?.groups?.['extension'] ?? '');
  const own = extensions.findLast((one) => one.endsWith('ts')) ?? extensions.at(-1) ?? extension;
  return { format, extension: own, syntax: syntaxOf(folder, own) };
}

function syntaxOf(folder: string, extension: string): Syntax {
  if (extension.endsWith('ts')) return 'typescript';
  return isModule(join(folder, `file.${extension}`)) ? 'module' : 'commonjs';
}

/** @throws UsageError for a plain class that would need statements of several dialects */
export function assertPlainable({ format }: FileForm, dialects: readonly DialectName[]): void {
  if (format === 'typeorm' && dialects.length > 1)
    throw new UsageError(
      `A plain TypeORM migration has the statements of one database, and this DataSource has ${dialects.length} (${dialects.join(', ')}). Leave out --format typeorm.`,
    );
}
