import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** A file, and what is to be in it. */
interface FileText {
  readonly path: string;
  readonly text: string;
}

/** What is in a file; undefined where there is none. */
export async function textIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Those that are to say something else than they do. */
export async function changed(
  files: readonly { readonly path: string; readonly text: string | undefined }[],
): Promise<readonly FileText[]> {
  const different: FileText[] = [];
  for (const { path, text } of files)
    if (text !== undefined && (await textIfThere(path)) !== text) different.push({ path, text });
  return different;
}

/**
 * Makes new files and replaces others: all of them, or none when it fails. Everything is written beside its place
 * first: only renaming is left then, which needs no room on the disk, and leaves no file half written.
 */
export async function putInPlace(made: readonly FileText[], replaced: readonly FileText[]): Promise<void> {
  const files = [...made, ...replaced];
  const beside: string[] = [];
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const file of files) await writeBeside(file, (path) => beside.push(path));
    for (const { path } of made) await assertAbsent(path);
    for (const file of files) undo.push(await moveInPlace(file));
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  } finally {
    for (const path of beside) await rm(path, { force: true });
  }
}

/** @param onOpen called when the file is there, whatever becomes of its text */
async function writeBeside({ path, text }: FileText, onOpen: (path: string) => void): Promise<void> {
  const file = await open(`${path}.next`, 'w');
  onOpen(`${path}.next`);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** A new file never takes the place of another one. */
async function assertAbsent(path: string): Promise<void> {
  if ((await textIfThere(path)) !== undefined) throw new Error(`EEXIST: file already exists, open '${path}'`);
}

/** @returns undoes it */
async function moveInPlace({ path }: FileText): Promise<() => Promise<void>> {
  const before = await textIfThere(path);
  await rename(`${path}.next`, path);
  return () => (before === undefined ? rm(path, { force: true }) : writeFile(path, before));
}
