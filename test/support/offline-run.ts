import { expect } from 'chai';
import { createDataSource, type DataSourceContents, type GuardedDataSource } from '../../src/data-source.js';
import type { KnownTarget } from '../../src/database-url.js';
import { LineLogger } from '../../src/logger.js';
import { writeScript, type ScriptOptions } from '../../src/migrator/offline.js';
import { parseSettings } from '../../src/settings.js';
import { runInShell } from './shells.js';

/** Entities and revisions of a script. */
export type ScriptContents = Pick<DataSourceContents, 'entities' | 'migrations'>;

/** Where a script is written for, and run. */
interface Place {
  readonly target: KnownTarget;
}

/** A DataSource that is never connected. */
export function unconnected({ target }: Place, contents: ScriptContents): GuardedDataSource {
  const logger = new LineLogger('error', () => undefined);
  return createDataSource({ ...parseSettings({}), database: target }, { ...contents, logger });
}

/** The text of a script. */
export function scriptFor(place: Place, contents: ScriptContents, options: ScriptOptions): Promise<string> {
  return writeScript(unconnected(place, contents), options);
}

/** Writes a script and runs it in the database's own shell, which must have nothing to complain of. */
export async function runOffline(
  place: Place,
  contents: ScriptContents,
  options: ScriptOptions,
): Promise<void> {
  const { code, stderr } = await runInShell(place.target, await scriptFor(place, contents, options));
  expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
}

/** Runs a script that must stop with an error; returns the message of the shell. */
export async function stoppedScript({ target }: Place, script: string): Promise<string> {
  const { code, stderr } = await runInShell(target, script);
  // https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-EXIT-STATUS: 3 is an error in a script.
  expect({ code, stderr }).to.deep.include({ code: target.dialect === 'postgres' ? 3 : 1 });
  return stderr;
}
