import { PARTLY_REPLACED, partLine, section } from '../../drift/report.js';
import type { FailedStatus } from '../../migrator/failed-attempts.js';
import { statusOver, type Status } from '../../migrator/status.js';
import { backfillWords } from '../../migrator/backfill-words.js';
import { serverNotes } from '../../migrator/where.js';
import { errorLine } from '../error-line.js';
import { paint, type ExitCode, type Io } from '../io.js';
import { releaseLine } from '../replica-lines.js';
import type { Text } from '../line.js';
import type { ShownStatus } from '../shown-status.js';
import { appliedLines, contractLines, pendingLines } from '../status-lines.js';
import { withAccess } from '../access.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';

/** Options of `status`, as given. */
export interface StatusOptions extends DataSourceOption {
  readonly json: boolean;
  /** Whether every applied revision is shown, each on its own. */
  readonly all: boolean;
}

/** Shows the state of a database. Writes nothing. */
export async function status(options: StatusOptions, context: CommandContext): Promise<ExitCode> {
  const { io } = context;
  const found = await withAccess(options, {
    context,
    purpose: 'read',
    use: async (access, origin): Promise<ShownStatus> => ({ ...(await statusOver(access)), ...origin }),
  });
  if (options.json) printDocument(io, 'status', found);
  else for (const line of statusLines(found, io, options.all)) io.out(line);
  return 0;
}

/** The lines of a status for people. */
function statusLines(found: Status, io: Io, all: boolean): readonly Text[] {
  const { missing, edited, failed, running, server, unreadable = [], partlyReplaced = [] } = found;
  const bad = (text: string) => paint(io, 'bad', text);
  if (server.citus === 'worker') return [bad(UNKNOWN), ...serverNotes(server)];
  return [
    headline(found, io),
    ...serverNotes(server),
    ...(unreadable.length > 0 ? [unreadableNote(unreadable)] : []),
    ...pendingLines(found, io),
    ...contractLines(found, io),
    ...section('next step', nextStep(found)).map(io.asTyped),
    ...section('connected', (found.releases ?? []).map(releaseLine)),
    ...appliedLines(found, io, all),
    ...section(bad(PARTLY_REPLACED), partlyReplaced.map(partLine)),
    ...section(bad('missing in the code'), missing),
    ...section(bad('edited since it was applied'), edited),
    ...section(bad('failed attempts'), failed.map(failedLine)),
    ...section('running now', runningLines(running)),
  ];
}

function headline({ current, head, pending, awaitingContract = [] }: Status, io: Io): Text {
  return current === head && pending.length + awaitingContract.length === 0
    ? paint(io, 'good', `at head, ${head ?? 'which is base'}`)
    : `at ${current ?? 'base'}, head is ${head ?? 'base'}`;
}

function runningLines(running: Status['running']): readonly string[] {
  if (!running) return [];
  const { direction, startedAt, actor, host, pid, progress } = running;
  return [
    `${direction} since ${startedAt} by ${actor} on ${host}, process ${pid}`,
    ...(progress ? [backfillWords(progress)] : []),
  ];
}

const UNKNOWN = 'unknown which revisions are applied';

function unreadableNote(tables: readonly string[]): string {
  return `no privilege to read ${tables.join(' and ')}: times, checksums, failed attempts and a current run are unknown; history shows the GRANT`;
}

/** Only where something is pending that can run, or a contract revision waits. */
function nextStep(found: Status): readonly string[] {
  const { pending, partlyReplaced = [], missing, edited, awaitingContract: [first] = [] } = found;
  if (partlyReplaced.length + missing.length + edited.length > 0) return [];
  if (pending.length > 0)
    return [`${pending.length} pending: npm run -s db${first ? ' -- up --expand' : ':up'}`];
  if (!first) return [];
  return [
    first.reason === null
      ? 'npm run -s db -- up --contract'
      : 'when the older release is gone: npm run -s db -- up --contract',
  ];
}

function failedLine({ id, direction, outcome, at, error }: FailedStatus): string {
  return `${id}  ${direction} ${outcome} at ${at}${error === null ? '' : `: ${errorLine(error)}`}`;
}
