/** What a view of a table cannot serve two releases with, each with a way out. */

import type { Change } from '../../../../schema/change.js';
import { reasonOf } from '../../../../schema/describe-change.js';
import type { PlanReading } from '../../../planning.js';
import { mentions } from '../sql-reader.js';
import { isHidden, type TableAlias } from './alias.js';
import { touches, type Split } from './split.js';
import type { ValuesApart } from './values.js';

interface Refusing {
  readonly reading: PlanReading;
  readonly aliases: readonly TableAlias[];
  readonly split: Split;
  readonly values: Pick<ValuesApart, 'moved'>;
}

/** One sentence each. */
export function refusalsOfAliases({ aliases, ...given }: Refusing): readonly string[] {
  return aliases.flatMap((alias) =>
    [
      ...ofNames(alias, given),
      ...given.reading.changes.flatMap((change) => ofChange(change, alias)),
      ...ofValues(alias, given),
    ].map((problem) => `${placeOf(alias)}: ${problem}`),
  );
}

type Given = Omit<Refusing, 'aliases'>;

/** Of a hidden table, the columns that a view has under both names. */
function placeOf(alias: TableAlias): string {
  const { rename, head, columns } = alias;
  return isHidden(alias)
    ? `${rename.to}.${columns.map(({ from, to }) => `${from}, renamed to ${to}`).join(', ')}`
    : `${rename.to}, renamed from ${head}`;
}

function ofNames(alias: TableAlias, { reading, split, values }: Given): readonly string[] {
  const { from, to } = alias.rename;
  if (isHidden(alias)) {
    if (values.moved.some(({ table }) => table === to))
      return ['a view has both names, and values of it are renamed. Rename these in another release.'];
    const beside = split.expand.find(({ table }) => table === to);
    return beside
      ? [
          `a view has both names, and does not follow a further change (${reasonOf([beside])}). Change that in another release.`,
        ]
      : [];
  }
  const problems: string[] = [];
  if (reading.head.tables.some(({ name }) => name === to))
    problems.push(`another table has that name before. Rename one table in each release.`);
  if (reading.changes.some((change) => change.kind === 'create-table' && change.object === from))
    problems.push(`the entities declare another table of the old name. Add it in a later release.`);
  return problems;
}

/** What a view does not follow, or a table cannot have in both names. */
const FIXED = ['type', 'collation', 'identity', 'generated', 'storage'];

function ofChange(change: Change, { rename: { to }, columns }: TableAlias): readonly string[] {
  const [object, other] = [change.object, 'Change it in another release.'];
  if (change.kind === 'create-table' && touches(change, columns))
    return [
      `${object} refers to a renamed column of it, which only the view has under that name. Add the table in a later release.`,
    ];
  if (change.table !== to) return [];
  if (change.kind === 'alter-column') {
    const isLooser =
      change.aspects.includes('nullable') && change.desired.nullable && touches(change, columns);
    const fixed = change.aspects.filter((aspect) => FIXED.includes(aspect));
    const all = isLooser ? [...fixed, 'nullable'] : fixed;
    return all.length === 0 ? [] : [`${object} also changes in another way (${all.join(', ')}). ${other}`];
  }
  if (change.kind === 'add-column' && columns.some(({ from }) => from === object))
    return [`the entities declare another column of the old name ${object}. Add it in a later release.`];
  const isOfKey = change.kind === 'drop-primary-key' || change.kind === 'alter-primary-key';
  return isOfKey && !('aspects' in change && change.aspects.join() === 'name')
    ? [`its primary key also changes. ${other}`]
    : [];
}

/** In expand the table has its columns under their old names. */
function ofValues({ rename: { to }, columns }: TableAlias, { reading, split }: Given): readonly string[] {
  const filled = split.fills.filter(({ table }) => table === to);
  const computed = reading.changes.flatMap((change) =>
    change.kind === 'add-column' && change.table === to && change.desired.generated
      ? [{ column: change.object, value: change.desired.generated.sql }]
      : [],
  );
  return [...filled, ...computed].flatMap(({ column, value }) =>
    columns
      .filter((renamed) => mentions(value, renamed.to))
      .map(
        (renamed) =>
          `the value of ${column} uses the renamed column ${renamed.to}. Add ${column} in another release.`,
      ),
  );
}

/** What PostgreSQL refuses for a view. */
const STATEMENTS =
  'TRUNCATE (clear() of TypeORM), COPY, ON CONFLICT ON CONSTRAINT, GROUP BY of its key alone or, before PostgreSQL 17, MERGE';

/** What a release cannot do before contract. */
export function aliasLimits(alias: TableAlias): readonly string[] {
  const { from, to } = alias.rename;
  if (isHidden(alias))
    return [
      `${to}: until the contract has run, it is a view with both names of the column, of the table ${from}. No release can use ${STATEMENTS} on it. If one does, generate with --one-step`,
    ];
  return [
    `${to}: until the contract has run, it is a view of ${from}. The new release cannot use ${STATEMENTS} on it. If it does, generate with --one-step`,
  ];
}
