import type { UnsaidChange } from '../../errors/generate.js';
import type { AlterChange, Change } from '../../schema/change.js';
import type { ColumnModel, DialectName } from '../../schema/model.js';
import { altersGenerated } from '../../databases/postgres/plan/generated-column.js';
import { recreatesEnum } from '../../databases/postgres/plan/enums.js';
import { costOfRetyping, readsZone } from '../../databases/postgres/plan/type-cost.js';
import { lossOfTypeChange } from '../../databases/postgres/plan/type-loss.js';

/** A change that may lose data, cannot be made while there are rows, or locks a table for long; somebody has to say it. */
export type RiskyChange = Omit<UnsaidChange, 'rows'>;

/** What was said on the command line. */
export interface Consent {
  /** `table.column` or `table`. */
  readonly drops: readonly string[];
  /** `table.column` -> expression. */
  readonly backfills: ReadonlyMap<string, string>;
  /** `table.column` -> name of a time zone. */
  readonly timeZones: ReadonlyMap<string, string>;
  /** `table.column` -> expression for the new type. */
  readonly usings: ReadonlyMap<string, string>;
  /** `table.column` -> expression for the former type, on the way down. */
  readonly usingsDown: ReadonlyMap<string, string>;
  readonly allowRewrite: boolean;
}

/**
 * The changes that nobody has agreed to. Renames that were said are done already: what is left of one side gone and
 * another one come is a rename or a drop, and only a person knows which.
 */
export function riskyChanges(
  dialect: DialectName,
  changes: readonly Change[],
  consent: Consent,
): readonly RiskyChange[] {
  return changes.flatMap((change) => [
    ...lossOf(change, changes, consent),
    ...missingValueOf(change, changes, consent),
    ...(dialect === 'postgres' ? missingZoneOf(change, consent) : []),
    ...(dialect === 'postgres' && !consent.allowRewrite ? rewriteOf(change, consent) : []),
  ]);
}

/** Without a word the session that happens to run the revision would decide what time a value means. */
function missingZoneOf(change: Change, consent: Consent): readonly RiskyChange[] {
  if (!isRetyped(change) || change.live.generated || change.desired.generated) return [];
  const place = `${change.table}.${change.object}`;
  const [live, desired] = [change.live.type, change.desired.type];
  const [up, down] = [readsZone(live, desired), readsZone(desired, live)];
  const isOpen = (up && !consent.usings.has(place)) || (down && !consent.usingsDown.has(place));
  if (!isOpen || consent.timeZones.has(place)) return [];
  return [
    {
      kind: 'time-zone',
      table: change.table,
      column: change.object,
      problem: `type ${live} becomes ${desired}: the conversion depends on the time zone of its values, and none is specified. node-postgres writes a Date into a column without time zone in the local time of its process (TZ)`,
      remedies: [`--time-zone ${place}=UTC`, `--time-zone "${place}=<time zone>"`],
    },
  ];
}

function isRetyped(change: Change): change is AlterChange<'column'> {
  return change.kind === 'alter-column' && change.aspects.includes('type');
}

function lossOf(change: Change, changes: readonly Change[], { drops }: Consent): readonly RiskyChange[] {
  const { table, object } = change;
  if (change.kind === 'drop-table' && !drops.includes(table)) {
    const rows = `the table is dropped with all its rows`;
    return [
      { kind: 'drop-table', table, column: null, problem: rows, remedies: tableRemedies(table, changes) },
    ];
  }
  const isGone = change.kind === 'drop-column' && change.live.generated === null;
  const isOverwritten = change.kind === 'alter-column' && becomesComputed(change);
  if (!(isGone || isOverwritten) || drops.includes(`${table}.${object}`)) return [];
  const problem = isGone
    ? 'the column is dropped with its values'
    : 'its values are replaced by computed ones';
  const remedies = [...(isGone ? columnRenames(table, object, changes) : []), `--drop ${table}.${object}`];
  return [{ kind: 'drop-column', table, column: object, problem, remedies }];
}

function tableRemedies(table: string, changes: readonly Change[]): readonly string[] {
  const added = changes.filter(({ kind }) => kind === 'create-table');
  return [...added.map((change) => `--rename-table ${table}:${change.table}`), `--drop ${table}`];
}

function columnRenames(table: string, column: string, changes: readonly Change[]): readonly string[] {
  return changes
    .filter((change) => change.kind === 'add-column' && change.table === table)
    .map(({ object }) => `--rename ${table}.${column}:${object}`);
}

/** What is new may be what is gone. */
function renamesTo({ table, object }: Change, changes: readonly Change[]): readonly string[] {
  return changes
    .filter((change) => change.kind === 'drop-column' && change.table === table)
    .map((change) => `--rename ${table}.${change.object}:${object}`);
}

/** A value has to be known for rows that exist, on the way up or on the way back. */
function missingValueOf(
  change: Change,
  changes: readonly Change[],
  { backfills }: Consent,
): readonly RiskyChange[] {
  const problem = problemOfValue(change);
  const place = `${change.table}.${change.object}`;
  if (problem === undefined || backfills.has(place)) return [];
  const remedies = [
    ...(change.kind === 'add-column' ? renamesTo(change, changes) : []),
    `--backfill "${place}=<expression>"`,
    ...valueInEntity(change.kind),
  ];
  const kind = change.kind === 'drop-column' ? 'required-back' : 'required-column';
  return [{ kind, table: change.table, column: change.object, problem, remedies }];
}

/** Rows that exist are null in a column that is there: a default does nothing for them. */
function valueInEntity(kind: Change['kind']): readonly string[] {
  if (kind === 'drop-column') return [];
  return [...(kind === 'add-column' ? ['a default in the entity'] : []), 'nullable: true in the entity'];
}

function problemOfValue(change: Change): string | undefined {
  switch (change.kind) {
    case 'add-column':
      return isRequired(change.desired)
        ? 'a new column that may not be null and has no default: rows that exist have no value for it'
        : undefined;
    case 'drop-column':
      return isRequired(change.live)
        ? 'the way back needs a value for rows that exist then: it may not be null and has no default'
        : undefined;
    case 'alter-column':
      if (becomesRequired(change)) return 'rows that exist may be null in it, and may not be any more';
      return becomesComputed(change) && !change.live.nullable
        ? 'the way back needs a value for rows for which nothing is computed: it may not be null then'
        : undefined;
    default:
      return undefined;
  }
}

function isRequired({ nullable, default: value, identity, generated }: ColumnModel): boolean {
  return !nullable && value === null && identity === null && generated === null;
}

function becomesRequired({ aspects, desired }: AlterChange<'column'>): boolean {
  return aspects.includes('nullable') && !desired.nullable && desired.generated === null;
}

function becomesComputed({ live, desired }: AlterChange<'column'>): boolean {
  return live.generated === null && desired.generated !== null;
}

/** PostgreSQL writes every row anew, or builds something while nobody may write. */
function rewriteOf(change: Change, consent: Consent): readonly RiskyChange[] {
  const problem = problemOfRewrite(change, consent);
  if (problem === undefined) return [];
  const column = change.kind === 'alter-enum' || change.kind === 'alter-table' ? null : change.object;
  const table = change.table === '' ? change.object : change.table;
  return [{ kind: 'rewrite', table, column, problem, remedies: ['--allow-rewrite'] }];
}

const LOCKED = 'the table is written anew, and locked meanwhile';

function problemOfRewrite(change: Change, consent: Consent): string | undefined {
  if (altersGenerated(change) && change.desired.storage === 'stored') return LOCKED;
  switch (change.kind) {
    case 'alter-column':
      return isRetyped(change) && !change.desired.generated ? problemOfType(change, consent) : undefined;
    case 'add-column': {
      const { storage, identity } = change.desired;
      return storage === 'stored' || identity !== null ? LOCKED : undefined;
    }
    case 'alter-table':
      return change.aspects.includes('persistence') ? LOCKED : undefined;
    case 'add-exclusion':
    case 'alter-exclusion':
      return 'nobody may write to the table while the constraint is built';
    case 'alter-enum':
      return recreatesEnum(change)
        ? 'values that go, or change places, take a new type: its tables are written anew, and locked meanwhile'
        : undefined;
    default:
      return undefined;
  }
}

function problemOfType(
  { table, object, live, desired }: AlterChange<'column'>,
  { timeZones, usings }: Consent,
): string | undefined {
  const place = `${table}.${object}`;
  const words = `type ${live.type} becomes ${desired.type}`;
  if (usings.has(place)) return `${words} with an expression: ${LOCKED}`;
  // Where nothing is said yet, UTC may be the answer, which spares the rows.
  const { work } = costOfRetyping({ from: live, to: desired }, timeZones.get(place) ?? 'UTC');
  if (work !== 'heap') return undefined;
  const loses = lossOfTypeChange(live.type, desired.type);
  return `${words}: ${LOCKED}${loses === null ? '' : `; ${loses}`}`;
}
