import { UsageError } from '../../errors.js';
import { writeScript } from '../../migrator/offline.js';
import { LineLogger } from '../../logger.js';
import { parseSettings, type Settings } from '../../settings.js';
import type { DialectName } from '../../dialect/dialect.js';
import type { ExitCode } from '../io.js';
import { loadDataSource } from '../load-data-source.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { timeoutsIn, type AllowanceOptions, type TimeoutOptions } from '../options.js';
import type { DataSource } from 'typeorm';

/** What the script is to do. */
interface ScriptCourse {
  readonly direction: 'up' | 'down';
  readonly target: string | undefined;
}

/** Options of `up --sql` and `down --sql`, as given. */
export interface ScriptCommandOptions extends DataSourceOption, AllowanceOptions, TimeoutOptions {
  readonly dialect?: DialectName;
  readonly json: boolean;
}

/** Prints the SQL of a run, without connecting to anything. */
export async function printScript(
  { direction, target }: ScriptCourse,
  options: ScriptCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { dialect, allowEdited, allowOutOfOrder, allowMissing } = options;
  if (allowEdited || allowOutOfOrder || allowMissing)
    throw new UsageError('--allow-... is about what a database records, and --sql looks at none');
  const dataSource = await unconnected(options, context);
  const script = await writeScript(dataSource, {
    direction,
    ...(target === undefined ? {} : { target }),
    ...(dialect === undefined ? {} : { dialect }),
    ...timeoutsIn(options),
  });
  context.io.out(options.json ? JSON.stringify({ script }) : script.trimEnd());
  return 0;
}

/** This project's DataSource is made for the dialect that is asked for, so that revisions written by hand are known in it. */
async function unconnected(
  { dataSource, dialect }: ScriptCommandOptions,
  { io, project }: CommandContext,
): Promise<DataSource> {
  if (dataSource !== undefined) return loadDataSource(dataSource);
  const settings = parseSettings(io.env);
  const database =
    dialect === undefined || dialect === settings.database.dialect ? settings.database : NOWHERE[dialect];
  const own = project.createDataSource({ ...settings, database }, new LineLogger(settings.logLevel, io.err));
  own.assertSound();
  return own;
}

/** Targets that are never connected to. */
const NOWHERE: Readonly<Record<DialectName, Settings['database']>> = {
  postgres: {
    dialect: 'postgres',
    host: 'localhost',
    port: 5432,
    database: 'offline',
    ssl: false,
    shown: 'offline',
  },
  sqlite: { dialect: 'sqlite', path: ':memory:', shown: 'offline' },
};
