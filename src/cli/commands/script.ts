import { UsageError } from '../../errors/base.js';
import { databaseNamed, type DialectName } from '../../databases/registry.js';
import { scriptFrom, type ScriptOptions } from '../../migrator/offline-script.js';
import type { Manifest } from '../../migrator/manifest/manifest.js';
import { scriptPartsIn } from '../../migrator/manifest/manifest-access.js';
import { usableManifest } from '../access.js';
import type { ExitCode } from '../io.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import {
  phasesIn,
  timeoutsIn,
  type AllowanceOptions,
  type PhaseOptions,
  type TimeoutOptions,
} from '../options.js';
import { printDocument } from '../print-document.js';
import { printScriptText } from '../print-script.js';

/** The direction and the target of the script. */
interface ScriptCourse {
  readonly direction: 'up' | 'down';
  readonly target: string | undefined;
}

/** Options of `up --sql` and `down --sql`, as given. */
interface ScriptCommandOptions extends DataSourceOption, AllowanceOptions, TimeoutOptions, PhaseOptions {
  readonly dialect?: DialectName;
  readonly json: boolean;
}

/** Prints the SQL of a run, without connecting to anything. */
export async function printScript(
  { direction, target }: ScriptCourse,
  options: ScriptCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { allowEdited, allowOutOfOrder, allowMissing } = options;
  if (allowEdited || allowOutOfOrder || allowMissing)
    throw new UsageError('--sql reads no database, so it accepts no --allow-... option');
  phasesIn(options);
  const script = await written(options, context, { direction, ...wantedIn(target, options) });
  if (options.json) printDocument(context.io, 'script', { script });
  else printScriptText(script.trimEnd(), context.io);
  return 0;
}

/** From the manifest of a build, or from the classes of the DataSource. */
async function written(
  options: ScriptCommandOptions,
  context: CommandContext,
  wanted: ScriptOptions,
): Promise<string> {
  const found = usableManifest(options, context, (manifest) => missingDialect(manifest, options));
  if ('manifest' in found) {
    const { dialect = found.settings.database.dialect } = options;
    return scriptFrom(scriptPartsIn(found.manifest, databaseNamed(dialect)), wanted);
  }
  const { unconnected } = await import('../unconnected.js');
  const { writeScript } = await import('../../migrator/offline.js');
  return writeScript(await unconnected(options, context), wanted);
}

/** The entities may suit one database only; the names of tables are those of each. */
function missingDialect(
  { databases }: Manifest,
  { dialect }: Pick<ScriptCommandOptions, 'dialect'>,
): string | undefined {
  if (dialect === undefined || databases[dialect] !== undefined) return undefined;
  return `The manifest has nothing for ${dialect}.`;
}

function wantedIn(
  target: string | undefined,
  options: ScriptCommandOptions,
): Omit<ScriptOptions, 'direction'> {
  const { dialect } = options;
  return {
    ...(target === undefined ? {} : { target }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(options.expand ? { phases: 'expand' } : options.contract ? { phases: 'contract' } : {}),
    ...(options.releaseTimeout === undefined ? {} : { releaseTimeoutMs: options.releaseTimeout * 1000 }),
    ...(options.forceContract ? { forceContract: true } : {}),
    ...timeoutsIn(options),
  };
}
