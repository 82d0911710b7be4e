import { PARTLY_REPLACED, partLine, section } from '../../drift/report.js';
import type { FailedStatus } from '../../migrator/failed-attempts.js';
import { statusOver, type AwaitingStatus, type Status, type Verification } from '../../migrator/status.js';
import { backfillWords } from '../../migrator/backfill-words.js';
import { serverNotes } from '../../migrator/where.js';
import { errorLine } from '../error-line.js';
import { paint, type ExitCode, type Io } from '../io.js';
import { releaseLine } from '../replica-lines.js';
import type { Text } from '../line.js';
import type { ShownStatus } from '../shown-status.js';
import { withAccess } from '../access.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';

/** Options of `status`, as given. */
export interface StatusOptions extends DataSourceOption {
  readonly json: boolean;
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
  else for (const line of statusLines(found, io)) io.out(line);
  return 0;
}

/** The lines of a status for people. */
function statusLines(found: Status, io: Io): readonly Text[] {
  const {
    current,
    head,
    applied,
    pending,
    missing,
    edited,
    failed,
    running,
    server,
    unreadable = [],
    partlyReplaced = [],
    awaitingContract = [],
  } = found;
  const colour = (style: 'good' | 'bad', text: string) => paint(io, style, text);
  if (server.citus === 'worker') return [colour('bad', UNKNOWN), ...serverNotes(server)];
  return [
    current === head && pending.length + awaitingContract.length === 0
      ? colour('good', `at head, ${head ?? 'which is base'}`)
      : `at ${current ?? 'base'}, head is ${head ?? 'base'}`,
    ...serverNotes(server),
    ...(unreadable.length > 0 ? [unreadableNote(unreadable)] : []),
    ...section(
      'applied',
      applied.map(({ id, appliedAt, verification, description }) =>
        [id, appliedAt ?? 'time unknown', VERIFICATIONS[verification] ?? verification, description]
          .filter((part) => part !== '')
          .join('  '),
      ),
    ),
    ...section(
      'pending',
      pending.map((id) => pendingLine(found, id)),
    ),
    ...contractLines(found).map(io.asTyped),
    ...section(colour('bad', PARTLY_REPLACED), partlyReplaced.map(partLine)),
    ...section(colour('bad', 'missing in the code'), missing),
    ...section(colour('bad', 'edited since it was applied'), edited),
    ...section(colour('bad', 'failed attempts'), failed.map(failedLine)),
    ...section('running now', runningLines(running)),
  ];
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

/** What is not clear by its name. */
const VERIFICATIONS: Partial<Record<Verification, string>> = {
  replaced: 'recorded by the next up: what it replaces is applied',
};

function unreadableNote(tables: readonly string[]): string {
  return `no privilege to read ${tables.join(' and ')}: times, checksums, failed attempts and a current run are unknown; history shows the GRANT`;
}

function pendingLine({ outOfOrder, revisions }: Status, id: string): string {
  const description = revisions.find((revision) => revision.id === id)?.description ?? '';
  return [id, outOfOrder.includes(id) ? 'out of order' : '', description]
    .filter((part) => part !== '')
    .join('  ');
}

/** The contract revisions that wait, what to do about them, and the releases that are connected. */
function contractLines(found: Status): readonly string[] {
  const { awaitingContract = [], releases = [] } = found;
  return [
    ...section(
      'awaiting contract',
      awaitingContract.map((one) => awaitingLine(found, one)),
    ),
    ...section('next step', nextStep(found)),
    ...section('connected', releases.map(releaseLine)),
  ];
}

function awaitingLine({ revisions }: Status, { id, reason }: AwaitingStatus): string {
  const description = revisions.find((revision) => revision.id === id)?.description ?? '';
  return [id, reason === null ? 'may run now' : `waits: ${reason}`, description]
    .filter((part) => part !== '')
    .join('  ');
}

/** Only where a contract revision is pending: what it waits for decides. */
function nextStep({ pending, awaitingContract: [first] = [] }: Status): readonly string[] {
  if (!first) return [];
  if (pending.length > 0) return ['npm run -s db -- up --expand'];
  return [
    first.reason === null
      ? 'npm run -s db -- up --contract'
      : 'when the older release is gone: npm run -s db -- up --contract',
  ];
}

function failedLine({ id, direction, outcome, at, error }: FailedStatus): string {
  return `${id}  ${direction} ${outcome} at ${at}${error === null ? '' : `: ${errorLine(error)}`}`;
}
