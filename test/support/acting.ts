import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a folder one of this package: a command that is called there works on the entities of this package. */
export function actAsThisPackage(folder: string): void {
  writeFileSync(join(folder, 'package.json'), '{"name":"orchestrator-db","type":"module"}');
}
