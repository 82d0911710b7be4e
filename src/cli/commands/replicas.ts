import { UsageError } from '../../errors/base.js';
import { forgetReplica, readReplicas } from '../../migrator/replicas.js';
import { paint, type ExitCode } from '../io.js';
import { line } from '../line.js';
import { reading, reverting, type CommandContext, type DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';
import { replicaJson, replicaLines, replicaWords } from '../replica-lines.js';

/** Options of `replicas`, as given. */
export interface ReplicasOptions extends DataSourceOption {
  readonly json: boolean;
}

/** The words after `replicas`, as given. */
interface ReplicasWords {
  readonly action: string | undefined;
  readonly id: string | undefined;
}

/** Shows the connected processes of the application, or forgets one of them. */
export async function replicas(
  words: ReplicasWords,
  options: ReplicasOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { action, id } = words;
  if (action === undefined) return list(options, context);
  if (action !== 'forget')
    throw new UsageError(`replicas: "${action}" is unknown. Use replicas, or replicas forget <id>`);
  if (id === undefined || id === '')
    throw new UsageError('replicas forget requires an id, or the beginning of one. replicas prints them');
  return forget(id, options, context);
}

/** Writes nothing. */
async function list(options: ReplicasOptions, context: CommandContext): Promise<ExitCode> {
  const { io } = context;
  const found = await reading(options, context, readReplicas);
  if (options.json) printDocument(io, 'replicas', { replicas: found.map(replicaJson) });
  else for (const text of replicaLines(found, io)) io.out(text);
  return 0;
}

async function forget(id: string, options: ReplicasOptions, context: CommandContext): Promise<ExitCode> {
  const { io } = context;
  const found = await reverting(options, context, (dataSource) => forgetReplica(dataSource, id));
  if (options.json)
    printDocument(io, 'replicas-forget', { status: 'forgotten', replica: replicaJson(found) });
  else io.out(line`${paint(io, 'good', 'forgotten')} ${replicaWords(found)}`);
  return 0;
}
