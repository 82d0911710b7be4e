/** Loads the text of each new file and makes sure that it contains what was verified. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { byDialect } from '../../databases/registry.js';
import { messageOf } from '../../errors/base.js';
import { VerificationFailedError } from '../../errors/verification.js';
import type { DialectStatements } from '../../migrator/revision.js';
import { statementsIn } from './revision-class.js';
import { revisionClassSource, type RevisionContent, type Syntax } from './revision-source.js';

/** The parts of a revision that the migrator uses. */
interface Held {
  readonly description: string;
  readonly proof: string;
  readonly replaces: readonly unknown[];
  readonly transaction: boolean;
  readonly postgres: DialectStatements;
  readonly sqlite: DialectStatements;
}

/** Replaces the import, which a temporary folder cannot resolve. */
const BASE: Readonly<Record<Syntax, string>> = {
  typescript: `type DialectStatements = Readonly<Record<'up' | 'down', readonly string[]>>;
abstract class Revision {
  static readonly description: string = '';
  static readonly proof: string = '';
  static readonly replaces: readonly unknown[] = [];
  abstract readonly postgres: DialectStatements;
  abstract readonly sqlite: DialectStatements;
  readonly transaction?: boolean;
}
`,
  javascript: 'class Revision {}\n',
};

/**
 * Makes sure that the files of revisions contain exactly what was verified: each is written to a temporary folder and
 * loaded, as TypeScript where this process can load that.
 *
 * @throws VerificationFailedError naming the file and what is wrong with it
 */
export async function verifyFiles(contents: readonly RevisionContent[]): Promise<void> {
  if (contents.length === 0) return;
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-file-'));
  try {
    for (const content of contents) await assertFileHolds(content, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function assertFileHolds(content: RevisionContent, folder: string): Promise<void> {
  const wanted = heldIn(content);
  for (const syntax of ['javascript', 'typescript'] as const) {
    const problem = await problemOf(content, { syntax, folder, wanted });
    if (problem !== undefined) throw notHeld(content, problem);
  }
}

function notHeld({ name, stamp, part }: RevisionContent, problem: string): VerificationFailedError {
  const file = `${stamp}-${name}.ts`;
  return new VerificationFailedError(
    [{ law: 'the file contains what was verified', details: [`${file}: ${problem}`] }],
    {
      database: 'both dialects',
      revisions: [{ file, description: part.description }],
      cause: { kind: 'fault' },
    },
  );
}

async function problemOf(
  content: RevisionContent,
  { syntax, folder, wanted }: { readonly syntax: Syntax; readonly folder: string; readonly wanted: Held },
): Promise<string | undefined> {
  try {
    const held = await load(content, syntax, folder);
    return held === undefined || JSON.stringify(held) === JSON.stringify(wanted)
      ? undefined
      : `after loading, it differs from the verified revision (${differing(held, wanted).join(', ')})`;
  } catch (error) {
    return `it cannot be loaded: ${messageOf(error).split('\n')[0] ?? ''}`;
  }
}

function differing(held: Held, wanted: Held): readonly string[] {
  const parts = Object.keys(wanted) as readonly (keyof Held)[];
  return parts.filter((part) => JSON.stringify(held[part]) !== JSON.stringify(wanted[part]));
}

/** Undefined where TypeScript cannot be loaded. */
async function load(content: RevisionContent, syntax: Syntax, folder: string): Promise<Held | undefined> {
  const name = `${content.name}${content.stamp}`;
  const path = join(folder, `${name}.${syntax === 'typescript' ? 'mts' : 'mjs'}`);
  await writeFile(path, `${BASE[syntax]}${revisionClassSource(content, syntax)}`);
  const module = await importIfPossible(pathToFileURL(path).href);
  return module && heldBy(module[name] as RevisionClass);
}

/** Node's own loader of TypeScript prints a warning, so it is not used; that of tsx prints none. */
async function importIfPossible(url: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { typescript } = process.features as { readonly typescript?: unknown };
  if (url.endsWith('.mts') && Boolean(typescript)) return undefined;
  try {
    return (await import(url)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION') return undefined;
    throw error;
  }
}

type RevisionClass = (new () => Partial<Held>) &
  Pick<Held, 'description'> &
  Partial<Pick<Held, 'proof' | 'replaces'>>;

function heldBy(revision: RevisionClass): Held {
  const made = new revision();
  const { description, proof = '', replaces = [] } = revision;
  const { transaction = true } = made;
  return { description, proof, replaces, transaction, ...byDialect(({ name }) => ordered(made[name])) };
}

function heldIn({ part, proof = '', replaces = [] }: RevisionContent): Held {
  const { description, transaction, groups } = part;
  return {
    description,
    proof,
    replaces,
    transaction,
    ...byDialect(({ name }) => ordered(statementsIn(groups[name]))),
  };
}

function ordered(statements: DialectStatements | undefined): DialectStatements {
  return { up: statements?.up ?? [], down: statements?.down ?? [] };
}
