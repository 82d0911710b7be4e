import { PackageMissingError } from './errors/package.js';

/** Packages that only some commands require: the feature that requires them, and the tested version. */
const OPTIONAL = {
  '@hpcc-js/wasm-graphviz': { use: 'Drawing a diagram as SVG', range: '1' },
  '@node-rs/argon2': { use: 'Creating an administrator', range: '2' },
  'libpg-query': { use: 'Reading PostgreSQL statements, for lint and generate,', range: '18' },
} as const;

/**
 * Loads an optional package.
 *
 * @param load imports it
 * @throws PackageMissingError when it is not installed
 */
export async function optionalPackage<T>(name: keyof typeof OPTIONAL, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    throw new PackageMissingError(name, OPTIONAL[name].use, OPTIONAL[name].range);
  }
}

function isMissing(error: unknown, name: string): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' && String(message).includes(`'${name}'`);
}
