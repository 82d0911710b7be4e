import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Whether Node loads a file as an ES module, by its extension or the nearest package.json. TypeORM loads it the same
 * way.
 */
export function isModule(path: string): boolean {
  const [, letter] = /\.([cm])[jt]s$/i.exec(path) ?? [];
  if (letter !== undefined) return letter.toLowerCase() === 'm';
  const manifest = nearestFile('package.json', dirname(path));
  return manifest !== undefined && typeIn(manifest) === 'module';
}

/** The path of a file of that name in a folder or in one above it. */
export function nearestFile(name: string, folder: string): string | undefined {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  const above = dirname(folder);
  return above === folder ? undefined : nearestFile(name, above);
}

function typeIn(manifest: string): unknown {
  try {
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly type?: unknown } | null)?.type;
  } catch {
    return undefined;
  }
}
