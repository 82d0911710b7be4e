import { createRequire } from 'node:module';

/** Name and version of this package, as its package.json says. */
export function toolName(): string {
  const require = createRequire(import.meta.url);
  const { name, version } = require('orchestrator-db/package.json') as {
    readonly name: string;
    readonly version: string;
  };
  return `${name} ${version}`;
}
