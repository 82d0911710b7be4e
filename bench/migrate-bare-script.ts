import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownTarget } from '../src/database-url.js';
import { chooseSqliteDriver } from '../src/databases/sqlite/driver.js';
import { root } from '../test/support/run-script.js';
import type { Command } from './migrate-process.js';
import { urlOfTarget } from './migrate-tools.js';

const READ = 'SELECT * FROM "migrations" ORDER BY "id"';

/** The least that a process can do: the driver opens the database, reads the list of revisions, and ends. */
export function bareScript(folder: string, target: KnownTarget): Command {
  const file = join(folder, `bare-${target.dialect}.cjs`);
  writeFileSync(file, target.dialect === 'postgres' ? POSTGRES : sqliteScript());
  const place = target.dialect === 'postgres' ? urlOfTarget(target) : target.path;
  return {
    program: process.execPath,
    args: [file, place],
    cwd: root,
    env: { NODE_PATH: join(root, 'node_modules') },
  };
}

const POSTGRES = `const { Client } = require('pg');
const client = new Client(process.argv[2]);
client.connect().then(() => client.query('${READ}')).then(() => client.end());
`;

function sqliteScript(): string {
  return chooseSqliteDriver().type === 'sqlite'
    ? `const { Database } = require('sqlite3');
const database = new Database(process.argv[2]);
database.all('${READ}', () => database.close());
`
    : `const Database = require('better-sqlite3');
const database = new Database(process.argv[2]);
database.prepare('${READ}').all();
database.close();
`;
}
