import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** A file, and what is to be in it. */
export interface FileText {
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

/** Makes new files and replaces others: all of them, or none when it fails. */
export async function putInPlace(made: readonly FileText[], replaced: readonly FileText[]): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const file of made) await create(file, undo);
    await replaceAll(replaced, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** A file of that name stays as it is, and is an error. */
function create(file: FileText, undo: (() => Promise<void>)[]): Promise<void> {
  return write(file, 'wx', () => undo.push(() => rm(file.path, { force: true })));
}

/** @param onOpen called when the file is there, whatever becomes of its text */
async function write({ path, text }: FileText, flags: 'w' | 'wx', onOpen: () => void): Promise<void> {
  const file = await open(path, flags);
  onOpen();
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** All are written beside their places first: only renaming is left then, which needs no room on the disk. */
async function replaceAll(files: readonly FileText[], undo: (() => Promise<void>)[]): Promise<void> {
  const beside: string[] = [];
  try {
    for (const { path, text } of files) {
      const next = `${path}.next`;
      await write({ path: next, text }, 'w', () => beside.push(next));
    }
    for (const { path } of files) {
      const before = await textIfThere(path);
      await rename(`${path}.next`, path);
      undo.push(() => (before === undefined ? rm(path, { force: true }) : writeFile(path, before)));
    }
  } finally {
    for (const path of beside) await rm(path, { force: true });
  }
}
