/**
 * The checks over a moved column and its second one. The swap takes the place of a value by what the second column has,
 * so both have to agree in every row. A check that holds until the swap lets the swap read no row, and nothing can come
 * between the proof and the swap.
 */

import { EQ } from '../../../../../sql/postgres-operators.js';
import { quoteIdentifier } from '../../../../../sql/quote.js';
import { allowing, alterTable, type Statement } from '../../../../../sql/statement.js';
import type { PostgresContext } from '../../context.js';
import { constraintIfGone } from '../../if-gone.js';
import { differs, validateNaming } from '../agreement.js';
import { triggerName } from '../trigger.js';
import { formerValue } from './former-value.js';
import { proofName, type MovedColumn } from './moved.js';
import { haveSameValue } from './moved-values.js';
import { secondName, type Second } from './second-names.js';

/** A moved column, beside others of its table, and what its second column is for. */
export interface Pair {
  readonly context: Pick<PostgresContext, 'names' | 'from'>;
  readonly one: MovedColumn;
  readonly which: Second;
}

/** Why the check is added and validated at once. */
const REASON = 'another revision has added it, unless that alone was reverted';

interface Check {
  readonly name: string;
  /** The condition, an expression. */
  readonly condition: string;
}

/** Whether each value has one in the second column. Where not, a value without one is NULL there until the proof. */
function isComplete({ types, values }: MovedColumn, which: Second): boolean {
  return !values && (which === 'new' ? types.isEvery : types.isEveryBack);
}

/** Whether the proof is a check of its own, which refuses values without one in the second column. */
export function hasOwnProof({ one, which }: Pick<Pair, 'one' | 'which'>): boolean {
  return !isComplete(one, which);
}

/** Adds the check for rows that are written from now on; none for enumerated types, whose proof is early enough. */
export function requireAgreement(pair: Pair): readonly Statement[] {
  const check = agreementOf(pair);
  return check ? [added(pair, check)] : [];
}

/** It goes. */
export function dropAgreement(pair: Pair): readonly Statement[] {
  const check = agreementOf(pair);
  return check ? [dropped(pair, check.name)] : [];
}

/** Adds the proof of a pair that has one of its own. */
export function requireProof(pair: Pair): Statement {
  return added(pair, proofOf(pair));
}

/** The same backwards. */
export function dropProof(pair: Pair): Statement {
  return dropped(pair, proofOf(pair).name);
}

/**
 * Fails with the rows that do not agree. Where the check is validated, it reads none. It adds a check that is missing:
 * a revision in between was reverted alone.
 */
export function prove(pair: Pair): readonly Statement[] {
  const { context, one, which } = pair;
  const { table, live } = one;
  const [path, { name, condition }] = [context.names.path(table), proofOf(pair)];
  const [first, second] = [quoteIdentifier(live.name), secondName(live.name, which)];
  const nothing = 'so values would be lost. Nothing was changed';
  const rows = {
    path,
    key: context.from.tables.find((own) => own.name === table)?.primaryKey?.columns ?? [],
    where: `(${condition}) IS NOT TRUE`,
    problem: `${table}: ${second} has not the value of ${live.name}, ${nothing}`,
    hint: hintOf(pair, first),
  };
  const validation = validateNaming({
    rows,
    name,
    problem: `${table}: the check ${name} was violated meanwhile, ${nothing}`,
    hint: 'Run the revision again',
  });
  return [
    constraintIfGone(path, name, added(pair, proofOf(pair))),
    allowing('validate-in-same-transaction', REASON, validation),
  ];
}

/** The same in the revision that reads all rows. */
export function proveAtLength(pair: Pair): readonly Statement[] {
  const { name } = proofOf(pair);
  const table = pair.context.names.path(pair.one.table);
  return prove(pair).map((one, at) =>
    at === 0 ? one : { ...one, work: { kind: 'validation', table, name } },
  );
}

function hintOf({ context: { names }, one, which }: Pair, first: string): string {
  const { table, live, desired, values } = one;
  const type = which === 'new' ? desired.type : live.type;
  const unfit = !values && hasOwnProof({ one, which }) ? `Change values that cannot be ${type}. ` : '';
  return `${unfit}If something has written past the trigger of ${secondName(live.name, which)}, give that its value: UPDATE ${names.path(table)} SET ${first} = ${first} for these rows. Then run the revision again`;
}

function added({ context, one }: Pair, { name, condition }: Check): Statement {
  const path = context.names.path(one.table);
  return alterTable(path, `ADD CONSTRAINT ${quoteIdentifier(name)} CHECK (${condition}) NOT VALID`);
}

function dropped({ context, one }: Pair, name: string): Statement {
  return alterTable(context.names.path(one.table), `DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)}`);
}

/** The names of all of them: they use the column. */
export function checkNames(one: MovedColumn): readonly string[] {
  return (['new', 'old'] as const).flatMap((which) => [agreementName(one, which), proofName(one, which)]);
}

function agreementName({ table, live }: MovedColumn, which: Second): string {
  return triggerName(table, live.name, which);
}

/** The check that lets a value without one in the second column pass. */
function agreementOf(pair: Pair): Check | undefined {
  const { one, which } = pair;
  if (one.values) return undefined;
  const name = agreementName(one, which);
  if (isComplete(one, which)) return { name, condition: agreed(pair) };
  const second = quoteIdentifier(secondName(one.live.name, which));
  // The former value is NULL where there is none.
  return { name, condition: which === 'old' ? isSame(pair) : `${second} IS NULL OR ${isSame(pair)}` };
}

/** The check that the swap relies on. */
function proofOf(pair: Pair): Check {
  const { one, which } = pair;
  const { live, values } = one;
  if (values) return { name: proofName(one, which), condition: haveSameValue(live, values, which) };
  const name = isComplete(one, which) ? agreementName(one, which) : proofName(one, which);
  return { name, condition: agreed(pair) };
}

/** PostgreSQL sets NOT NULL without reading rows where a check implies it. */
function agreed(pair: Pair): string {
  const { one, which } = pair;
  const [first, second] = columnsOf(pair);
  const same = [isSame(pair), ...isExact(pair)].join(' AND ');
  if (!one.live.nullable) return `${second} IS NOT NULL AND ${same}`;
  return isComplete(one, which) ? same : `CASE WHEN ${second} IS NULL THEN ${first} IS NULL ELSE ${same} END`;
}

/** A rounded value is another one. */
function isExact(pair: Pair): readonly string[] {
  const { context, one, which } = pair;
  if (which === 'new' || !one.types.isRounded) return [];
  const [first, second] = columnsOf(pair);
  return [`(${second})::${context.names.type(one.desired.type)} ${EQ} ${first}`];
}

/** Whether the second column has what the first one converts to. A text of JSON may be written in several ways. */
function isSame(pair: Pair): string {
  const { context, one, which } = pair;
  const { live, desired, types } = one;
  const [first, second] = columnsOf(pair);
  const [former, next] = [context.names.type(live.type), context.names.type(desired.type)];
  if (which === 'new') return areEqual(second, `(${first})::${next}`);
  if (types.isEveryBack) return areEqual(`(${second})::${next}`, first);
  return areEqual(second, `(${formerValue(live, first)})::${former}`);
}

function areEqual(one: string, other: string): string {
  return `NOT ${differs(one, other)}`;
}

function columnsOf({ one: { live }, which }: Pair): readonly [first: string, second: string] {
  return [quoteIdentifier(live.name), quoteIdentifier(secondName(live.name, which))];
}
