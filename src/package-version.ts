import { createRequire } from 'node:module';

/** Name and version of this package, as its package.json declares them. */
export function toolName(): string {
  const { name, version } = packageFacts();
  return `${name} ${version}`;
}

/** Version of this package. */
export function toolVersion(): string {
  return packageFacts().version;
}

function packageFacts(): { readonly name: string; readonly version: string } {
  const require = createRequire(import.meta.url);
  return require('orchestrator-db/package.json') as { readonly name: string; readonly version: string };
}
