import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure, ran } from './shell.js';

/** Other versions of Node, from the packages of npm, each installed once. */
export class OtherNodes {
  readonly #folder: string;
  readonly #installed = new Map<string, Promise<string>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The folder with the program of a major version. */
  bin(major: string): Promise<string> {
    const installed = this.#installed.get(major) ?? this.#install(major);
    this.#installed.set(major, installed);
    return installed;
  }

  async #install(major: string): Promise<string> {
    const home = join(this.#folder, `node-${major}`);
    const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
    await mkdir(home);
    await writeFile(join(home, 'package.json'), '{"private":true}');
    const words = ['install', '--no-audit', '--no-fund', '--prefer-offline', `${name}@${major}`];
    const ended = await ran('npm', words, { cwd: home, env: process.env });
    if (ended.code !== 0) throw new CommandFailure(['npm', ...words], ended, [0]);
    return join(home, 'node_modules', name, 'bin');
  }
}
