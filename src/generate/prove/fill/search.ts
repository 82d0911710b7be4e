import type { QueryRunner } from 'typeorm';
import { connected, join, thinned, type Choice, type Group } from './choices.js';
import type { Condition } from './conditions.js';
import { type RowDialect } from './dialects.js';
import type { Plot } from './groups.js';
import { quoteIdentifier } from '../../../sql/quote.js';

/** How many choices of several columns are kept while more columns are added to them. */
const KEPT = 120;

/** How many are looked at one by one when the database does not want to look at all of them at once. */
const ONE_BY_ONE = 200;

/**
 * Joins columns that checks bind together, and keeps the choices that the checks let pass. The database is asked, not
 * the table: many choices are looked at in one question, and no sequence moves.
 */
export async function searchGroups(
  queryRunner: QueryRunner,
  plot: Plot,
  groups: readonly Group[],
): Promise<readonly Group[]> {
  const known = groups.flatMap(({ columns }) => columns);
  const checks = plot.conditions.filter(
    ({ columns }) => columns.length > 0 && columns.every((column) => known.includes(column)),
  );
  const touches = ({ columns }: Group, check: Condition) =>
    columns.some((one) => check.columns.includes(one));
  const parts = connected(groups, (one, other) =>
    checks.some((check) => touches(one, check) && touches(other, check)),
  );
  const searched: Group[] = [];
  for (const part of parts) searched.push(await searchPart({ queryRunner, plot, checks }, part));
  return searched;
}

type Row = Readonly<Record<string, unknown>>;

interface Search {
  readonly queryRunner: QueryRunner;
  readonly plot: Plot;
  readonly checks: readonly Condition[];
}

async function searchPart(search: Search, part: readonly Group[]): Promise<Group> {
  let choices: readonly Choice[] = [new Map()];
  const bound: string[] = [];
  for (const group of part) {
    bound.push(...group.columns);
    const joined = join(choices, group.choices);
    const checks = search.checks.filter(
      ({ columns }) =>
        columns.every((one) => bound.includes(one)) && columns.some((one) => group.columns.includes(one)),
    );
    const asked = checks.length > 0 || group.uncertain;
    choices = asked ? await passing({ ...search, checks }, joined) : joined;
    if (part.length > 1) choices = thinned(choices, KEPT);
  }
  return { columns: bound, choices, uncertain: false };
}

/** None may pass because the question is wrong, outside the table: then the table itself has to say. */
async function passing(search: Search, choices: readonly Choice[]): Promise<readonly Choice[]> {
  const found = await ask(search, choices);
  return found.length > 0 ? found : thinned(choices, KEPT);
}

/** One choice may be an error, and not only false: then each half is asked alone. */
async function ask(search: Search, choices: readonly Choice[]): Promise<readonly Choice[]> {
  if (choices.length === 0) return [];
  try {
    const rows = (await search.queryRunner.query(questionOf(search, choices))) as readonly Row[];
    const numbers = new Set(rows.map((row) => Number(row['#'])));
    return choices.filter((_, index) => numbers.has(index));
  } catch {
    if (choices.length === 1) return [];
    const few = thinned(choices, ONE_BY_ONE);
    const half = Math.ceil(few.length / 2);
    return [...(await ask(search, few.slice(0, half))), ...(await ask(search, few.slice(half)))];
  }
}

/** The choices as a table of the same name, so that a check may say `table.column`; what nobody reads is not tried. */
function questionOf({ plot, checks }: Search, choices: readonly Choice[]): string {
  const { table, dialect } = plot;
  const columns = table.columns.filter(({ name }) => choices[0]?.has(name));
  const rows = choices.map((choice, index) => {
    const values = columns.map(({ name, type }) => dialect.typed(choice.get(name)?.sql ?? 'NULL', type));
    return `(${[String(index), ...values].join(', ')})`;
  });
  const names = columns.map(({ name }, index) => `, column${index + 2} AS ${quoteIdentifier(name)}`).join('');
  const conditions = checks.map(({ sql }) => `((${sql}) IS NOT FALSE)`);
  const inner = `SELECT column1 AS "#"${names} FROM (VALUES ${rows.join(', ')}) AS v`;
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `SELECT * FROM (${inner}) AS ${quoteIdentifier(aliasOf(table.name, dialect))}${where}`;
}

/** The table's own name, without its schema. */
function aliasOf(name: string, dialect: RowDialect): string {
  return dialect.table(name) === quoteIdentifier(name) ? name : name.slice(name.indexOf('.') + 1);
}
