import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { GenerateError, messageOf } from '../../errors/base.js';
import { fileRemedy } from '../../errors/file-remedy.js';

/** A file, and its intended content. */
interface FileText {
  readonly path: string;
  readonly text: string;
}

/**
 * The content of a file; undefined where none exists.
 *
 * @throws GenerateError for a folder of that name, for example
 */
export async function textIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const words = `${path} cannot be read: ${messageOf(error)}. ${fileRemedy(error)}`;
    throw new GenerateError(words, { cause: error });
  }
}

/** Those whose content changes. */
export async function changed(
  files: readonly { readonly path: string; readonly text: string | undefined }[],
): Promise<readonly FileText[]> {
  const different: FileText[] = [];
  for (const { path, text } of files)
    if (text !== undefined && (await textIfThere(path)) !== text) different.push({ path, text });
  return different;
}

/** What happens to files, all of it or nothing. */
interface FileChanges {
  /** Files that do not exist yet. */
  readonly made?: readonly FileText[];
  readonly replaced?: readonly FileText[];
  /** Paths of files that exist. */
  readonly removed?: readonly string[];
  /** Called when all are in their place; when it fails, all is undone. */
  readonly check?: () => Promise<void>;
}

/**
 * Creates new files, replaces others, and removes some: all of them, or none when it fails. Everything is first written
 * next to its place. Then only renaming is left, which needs no room on the disk, and leaves no file half written.
 */
export async function putInPlace({
  made = [],
  replaced = [],
  removed = [],
  check,
}: FileChanges): Promise<void> {
  const files = [...made, ...replaced];
  const beside: string[] = [];
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const file of files) await writeBeside(file, (path) => beside.push(path));
    for (const { path } of made) await assertAbsent(path);
    for (const file of files) undo.push(await moveInPlace(file));
    for (const path of removed) undo.push(await removeFile(path));
    await check?.();
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  } finally {
    for (const path of beside) await rm(path, { force: true });
  }
}

/** @param onOpen called when the file exists, whatever happens to its text */
async function writeBeside({ path, text }: FileText, onOpen: (path: string) => void): Promise<void> {
  const file = await open(`${path}.next`, 'w');
  onOpen(`${path}.next`);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** A new file never replaces another one. */
async function assertAbsent(path: string): Promise<void> {
  if ((await textIfThere(path)) !== undefined) throw new Error(`EEXIST: file already exists, open '${path}'`);
}

/** @returns undoes it */
async function moveInPlace({ path }: FileText): Promise<() => Promise<void>> {
  const before = await textIfThere(path);
  await rename(`${path}.next`, path);
  return () => (before === undefined ? rm(path, { force: true }) : writeFile(path, before));
}

/** @returns undoes it */
async function removeFile(path: string): Promise<() => Promise<void>> {
  const before = await readFile(path);
  await rm(path);
  return () => writeFile(path, before);
}
