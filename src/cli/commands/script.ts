import { UsageError } from '../../errors/base.js';
import { writeScript } from '../../migrator/offline.js';
import type { DialectName } from '../../databases/registry.js';
import type { ExitCode, Io } from '../io.js';
import { documentLines, verbatim } from '../line.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { timeoutsIn, type AllowanceOptions, type TimeoutOptions } from '../options.js';
import { printDocument } from '../print-document.js';
import { unconnected } from '../unconnected.js';

/** The direction and the target of the script. */
interface ScriptCourse {
  readonly direction: 'up' | 'down';
  readonly target: string | undefined;
}

/** Options of `up --sql` and `down --sql`, as given. */
interface ScriptCommandOptions extends DataSourceOption, AllowanceOptions, TimeoutOptions {
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
  const dataSource = await unconnected(options, context);
  const script = await writeScript(dataSource, {
    direction,
    ...(target === undefined ? {} : { target }),
    ...(dialect === undefined ? {} : { dialect }),
    ...timeoutsIn(options),
  });
  if (options.json) printDocument(context.io, 'script', { script });
  else print(script.trimEnd(), context.io);
  return 0;
}

/** Prints it exactly into a file or a pipe. A terminal would obey its control characters, so they become escapes. */
function print(script: string, io: Io): void {
  const shown = documentLines(script);
  if (!io.isOutputTerminal || shown.text === script) {
    io.out(verbatim(script));
    return;
  }
  io.out(shown);
  io.err(
    'note: The script contains control characters, shown here as escapes. To get it exactly, write it to a file: > script.sql',
  );
}
