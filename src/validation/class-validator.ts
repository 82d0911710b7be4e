import { createRequire } from 'node:module';
import type * as ClassValidator from 'class-validator';

const require = createRequire(import.meta.url);

/**
 * Loads one part of class-validator from its own file. The whole package also loads the metadata of all telephone
 * numbers: 90 ms of each start, 5 ms this way. A version with other file names is loaded as a whole.
 *
 * @param file below its folder `cjs`
 */
export function classValidator<K extends keyof typeof ClassValidator>(
  name: K,
  file: string,
): (typeof ClassValidator)[K] {
  const parts = require(isFile(file) ? pathOf(file) : 'class-validator') as typeof ClassValidator;
  return parts[name];
}

function isFile(file: string): boolean {
  try {
    require.resolve(pathOf(file));
    return true;
  } catch {
    return false;
  }
}

function pathOf(file: string): string {
  return `class-validator/cjs/${file}.js`;
}
