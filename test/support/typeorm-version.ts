import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.js';

// As a file: TypeORM 1 does not export its package.json.
const { version } = JSON.parse(readFileSync(join(root, 'node_modules/typeorm/package.json'), 'utf8')) as {
  readonly version: string;
};

/** Whether the installed TypeORM is of its version 1. */
export const IS_TYPEORM_1 = version.startsWith('1.');
