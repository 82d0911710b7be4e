/** Takes models through the steps in a process of its own, and prints one JSON line for each that ends. */
import 'reflect-metadata';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { getMetadataArgsStorage, InstanceChecker, type EntitySchema } from 'typeorm';
import type { DialectName } from '../src/databases/registry.js';
import type { EntityFileError } from '../src/errors/entities.js';
import { startServers, stopServers } from '../test/support/servers.js';
import type { Model } from './models-compile.js';
import { OUTCOME, reasonOf, type Fault, type Outcome } from './models-outcome.js';
import { takeThrough, type Given, type Taken } from './models-round.js';

/** What the process is to do. */
export interface Batch {
  /** Where the compiled files are. */
  readonly compiled: string;
  readonly dialect: DialectName;
  readonly models: readonly Model[];
}

const require = createRequire(import.meta.url);
const { compiled, dialect, models } = JSON.parse(process.argv[2] ?? '') as Batch;
await startServers();
for (const model of models) {
  const outcome: Outcome = { model, dialect, ...(await outcomeOf(model)) };
  process.stdout.write(`\n${OUTCOME}${JSON.stringify(outcome)}\n`);
}
await stopServers();

async function outcomeOf({ folder, schema }: Model): Promise<Pick<Outcome, 'done' | 'faults'>> {
  try {
    const entities = entitiesIn(join(compiled, folder));
    if (entities.length === 0) return { done: [], faults: [] };
    const { done, faults } = await byWayOut({ entities, schema });
    return { done: ['load', ...done], faults };
  } catch (error) {
    return { done: [], faults: [{ step: 'load', kind: 'refusal', reason: reasonOf(error) }] };
  }
}

/** An entity of an attached file gets `synchronize: false`, which is what its refusal asks for. */
async function byWayOut(given: Given): Promise<Taken> {
  const found: Fault[] = [];
  for (;;) {
    const taken = await takeThrough(dialect, given);
    const { ofFile, done, faults } = taken;
    if (!ofFile || !exclude(ofFile, given)) return { done, faults: [...found, ...faults] };
    const reason = `${ofFile.code}: synchronize: false for ${ofFile.entity}`;
    found.push({ step: 'check', kind: 'way out', reason });
  }
}

/** Returns whether there is such an entity, or a relation with such a table, that was not excluded before. */
function exclude({ entity }: EntityFileError, { entities }: Given): boolean {
  const { tables, joinTables } = getMetadataArgsStorage();
  const declared = tables.filter(({ target }) => entities.includes(target as Function));
  const own = declared.filter(({ target }) => (target as Function).name === entity);
  const joins =
    own.length > 0 ? [] : joinTables.filter(({ target }) => entities.includes(target as Function));
  const changed = [...own, ...joins].filter(({ synchronize }) => synchronize !== false);
  for (const one of changed) Object.assign(one, { synchronize: false });
  return changed.length > 0;
}

/** Loaded anew, since another folder may have loaded one of the files and TypeORM changed its class. */
function entitiesIn(folder: string): readonly (Function | EntitySchema)[] {
  for (const path of Object.keys(require.cache))
    if (path.startsWith(compiled + sep)) Reflect.deleteProperty(require.cache, path);
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.js')) : [];
  const exported = files.flatMap((name) =>
    Object.values(require(join(folder, name)) as Readonly<Record<string, unknown>>),
  );
  const declared = new Set<unknown>(getMetadataArgsStorage().tables.map(({ target }) => target));
  return [...new Set(exported)].filter(
    (one): one is Function | EntitySchema => InstanceChecker.isEntitySchema(one) || declared.has(one),
  );
}
