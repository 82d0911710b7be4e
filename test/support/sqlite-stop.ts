/**
 * Loaded into a process before its program (`node --import`): counts the statements that it sends through either SQLite
 * driver and, at the one that STOP_AT names (`before 17`, `after 17`), kills the process. STATEMENTS_FILE gets each
 * statement, as JSON, one a line.
 */
import { appendFileSync } from 'node:fs';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

const file = process.env['STATEMENTS_FILE'];
const [when, at] = (process.env['STOP_AT'] ?? '').split(' ');
let count = 0;

/** Counts it; dies here when it must not reach the database, else returns whether to die once it has run. */
function begin(sql: string): boolean {
  count += 1;
  if (file) appendFileSync(file, `${JSON.stringify(sql)}\n`);
  const here = count === Number(at);
  if (here && when === 'before') die();
  return here;
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** `sqlite3` answers through the last argument. */
function watchCallbacks(prototype: Methods): void {
  for (const name of ['run', 'get', 'all', 'each', 'exec']) {
    const original = prototype[name]!;
    prototype[name] = function (...args) {
      const dies = begin(String(args[0]));
      return original.apply(this, dies ? [...args.filter((arg) => typeof arg !== 'function'), die] : args);
    };
  }
}

/** `better-sqlite3` answers at once, and prepares what it runs. */
function watchBlocking(prototype: Methods): void {
  prototype['exec'] = watched(prototype['exec']!, (sql) => String(sql));
  prototype['pragma'] = watched(prototype['pragma']!, (words) => `PRAGMA ${String(words)}`);
  const prepare = prototype['prepare']!;
  prototype['prepare'] = function (...args) {
    const statement = prepare.apply(this, args) as Methods;
    for (const name of ['run', 'get', 'all', 'iterate'])
      if (statement[name]) statement[name] = watched(statement[name], () => String(args[0]));
    return statement;
  };
}

function watched(original: Method, sqlOf: (first: unknown) => string): Method {
  return function (...args) {
    const dies = begin(sqlOf(args[0]));
    const answer = original.apply(this, args);
    if (dies) die();
    return answer;
  };
}

const { type, module } = chooseSqliteDriver();
if (type === 'sqlite')
  watchCallbacks((module as { readonly Database: { prototype: Methods } }).Database.prototype);
else watchBlocking((module as { readonly prototype: Methods }).prototype);
