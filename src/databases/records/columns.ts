/** What a column of the records holds. */
type Holds = 'number' | 'text' | 'instant';

/** A column of the tables of the records, as the statements that read and write them need it. */
interface RecordColumn {
  readonly name: string;
  readonly holds: Holds;
  /** Whether each INSERT gives it a value; the database numbers and dates the others. */
  readonly written: boolean;
}

const given = (holds: Holds, ...names: readonly string[]) =>
  names.map((name): RecordColumn => ({ name, holds, written: true }));
const own = (holds: Holds, ...names: readonly string[]) =>
  names.map((name): RecordColumn => ({ name, holds, written: false }));

/**
 * The columns without which a table is none of the records. The column `format` of the runs is not among them: the
 * first version of this package had none.
 */
export const RECORD_COLUMNS = {
  migrations: [...own('number', 'id'), ...given('number', 'timestamp'), ...given('text', 'name')],
  runs: [
    ...own('number', 'id'),
    ...given('text', 'direction', 'planned', 'allowed', 'actor', 'host', 'tool'),
    ...given('number', 'pid'),
    ...own('instant', 'started_at', 'finished_at'),
    ...own('text', 'outcome', 'error'),
  ],
  attempts: [
    ...own('number', 'id'),
    ...given('number', 'run_id', 'duration_ms', 'tries'),
    ...given('text', 'revision', 'direction', 'kind', 'outcome', 'checksum_up', 'checksum_down', 'error'),
    ...given('instant', 'started_at', 'finished_at'),
  ],
  phases: [...given('text', 'revision', 'phase', 'changes'), ...own('instant', 'recorded_at')],
  heartbeats: [
    ...given('text', 'replica', 'head', 'version', 'host'),
    ...given('number', 'pid'),
    ...own('instant', 'started_at', 'seen_at'),
  ],
} as const satisfies Readonly<Record<string, readonly RecordColumn[]>>;
