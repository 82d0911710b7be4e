import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { SNAPSHOT_FILE } from '../generate/compare/snapshot.js';
import { globsIn } from '../glob-folders.js';
import { sourceFolders, USUAL_FOLDER } from './source-folders.js';

/** The snapshot beside the revisions of a DataSource, or in the usual folder; undefined where neither has one. */
export function snapshotOf({ options }: DataSource): string | undefined {
  const found = sourceFolders(globsIn(options.migrations)).map(({ folder }) => folder);
  const folders = found.length > 0 ? found : [USUAL_FOLDER];
  return folders.map((folder) => join(folder, SNAPSHOT_FILE)).find((file) => existsSync(file));
}
