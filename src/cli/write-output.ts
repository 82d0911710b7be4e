import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { messageOf } from '../errors/base.js';
import { fileRemedy } from '../errors/file-remedy.js';
import { OutputNotWrittenError } from '../errors/output.js';

/**
 * Writes the file of `--output`. One that exists is replaced in one step, so nothing reads half of it.
 *
 * @throws OutputNotWrittenError
 */
export async function writeOutput(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  try {
    if (!(await isOrdinary(path))) {
      await writeFile(path, text);
      return;
    }
    await writeFile(unfinished, text);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    const problem = messageOf(error).replaceAll(unfinished, path);
    throw new OutputNotWrittenError(path, problem, remedyFor(error));
  }
}

/** A pipe such as /dev/stdout is written to, and not replaced. */
async function isOrdinary(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined || found.isFile();
}

function remedyFor(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'Create its folder, then run the command again.' : fileRemedy(error);
}
