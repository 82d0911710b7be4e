const WRITABLE = 'This user must be able to read and write there.';
const ROOM = 'Make room on the disk.';

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: WRITABLE,
  EPERM: WRITABLE,
  EROFS: WRITABLE,
  ENOSPC: ROOM,
  EDQUOT: ROOM,
  EISDIR: 'Remove the folder that has the name of a file, or name another file.',
};

/** What to do about a failure of the file system: a sentence or two. */
export function fileRemedy(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  return `${REMEDIES[code] ?? 'Correct what the message names.'} Then run the command again.`;
}
