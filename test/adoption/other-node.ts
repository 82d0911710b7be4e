import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure, ran } from './shell.js';

/** Installs another Node into a folder, from the packages of npm; the folder with its program. */
export async function nodeFolder(major: string, folder: string): Promise<string> {
  const home = join(folder, `node-${major}`);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), '{"private":true}');
  const words = ['install', '--no-audit', '--no-fund', '--prefer-offline', `${name}@${major}`];
  const ended = await ran('npm', words, { cwd: home, env: process.env });
  if (ended.code !== 0) throw new CommandFailure(['npm', ...words], ended, [0]);
  return join(home, 'node_modules', name, 'bin');
}
