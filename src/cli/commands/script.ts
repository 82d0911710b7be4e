import { UsageError } from '../../errors/base.js';
import { writeScript } from '../../migrator/offline.js';
import type { DialectName } from '../../databases/registry.js';
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
import { unconnected } from '../unconnected.js';

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
  const { dialect, allowEdited, allowOutOfOrder, allowMissing } = options;
  if (allowEdited || allowOutOfOrder || allowMissing)
    throw new UsageError('--sql reads no database, so it accepts no --allow-... option');
  phasesIn(options);
  const dataSource = await unconnected(options, context);
  const script = await writeScript(dataSource, {
    direction,
    ...(target === undefined ? {} : { target }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(options.expand ? { phases: 'expand' } : options.contract ? { phases: 'contract' } : {}),
    ...(options.releaseTimeout === undefined ? {} : { releaseTimeoutMs: options.releaseTimeout * 1000 }),
    ...(options.forceContract ? { forceContract: true } : {}),
    ...timeoutsIn(options),
  });
  if (options.json) printDocument(context.io, 'script', { script });
  else printScriptText(script.trimEnd(), context.io);
  return 0;
}
