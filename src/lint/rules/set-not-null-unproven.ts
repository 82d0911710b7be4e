import { changeTable } from '../replay/change.js';
import { withoutConstraint } from '../replay/constraints.js';
import { tableIn, type KnownSchema } from '../replay/known-schema.js';
import { isProvenNotNull } from '../replay/parts.js';
import { keyColumns } from '../replay/expression.js';
import { actionRule, BOTH, type ActionContext, type Report } from '../rule.js';
import type { ActionOf } from '../sql/action.js';
import { unqualified } from '../../databases/postgres/parse/names.js';
import { domainWork } from '../advice/domain.js';
import { NEXT_REVISION, notNullSteps, script } from '../advice/replacements.js';
import { quotePath, quotePaths } from '../../sql/quote.js';

/** SET NOT NULL that has to look at every row, since no validated check proves it. */
export const setNotNullUnproven = actionRule({
  id: 'set-not-null-unproven',
  directions: BOTH,
  on: ['set-not-null', 'add-constraint', 'add-column', 'alter-domain'],
  check: (action, context) => {
    if (action.kind === 'add-constraint') return keyReport(action, context);
    if (action.kind === 'add-column') return virtualReport(action, context);
    if (action.kind === 'alter-domain') return domainReport(action, context);
    const { table, column } = action;
    if (context.isNew(table) || isProvenNotNull(known(context, table), { table, column })) return null;
    return {
      message:
        `SET NOT NULL checks every row of ${quotePath(table)} for NULL in ${quotePath(column)} and blocks reads ` +
        'and writes of the table.',
      replacement: script(...notNullSteps(table, column)),
    };
  },
});

/** A primary key over an index: PostgreSQL makes each of its columns NOT NULL. */
function keyReport({ table, constraint }: ActionOf<'add-constraint'>, context: ActionContext): Report | null {
  const { kind, usingIndex, text } = constraint;
  if (kind !== 'primary-key' || usingIndex === null || context.isNew(table)) return null;
  const schema = known(context, table);
  const index = tableIn(schema, table)?.indexes.find(({ name }) => name === usingIndex);
  const nullable = (index ? keyColumns(index) : []).filter(
    (column) => !isProvenNotNull(schema, { table, column }),
  );
  if (nullable.length === 0) return null;
  return {
    message:
      `PRIMARY KEY USING INDEX checks every row of ${quotePath(table)} for NULL in ${quotePaths(nullable)} and blocks ` +
      'reads and writes of the table.',
    replacement: script(
      ...nullable.flatMap((column) => [...notNullSteps(table, column), NEXT_REVISION]),
      `ALTER TABLE ${quotePath(table)} ADD ${text}`,
    ),
  };
}

/** A virtual column has no value that is stored, so NOT NULL computes it for every row. */
function virtualReport({ table, column }: ActionOf<'add-column'>, { isNew }: ActionContext): Report | null {
  if (column.generated !== 'virtual' || !column.notNull || isNew(table)) return null;
  const [whole, name] = [quotePath(table), quotePath(column.name)];
  const constraint = quotePath(`${unqualified(table)}_${column.name}_not_null`);
  return {
    message: `NOT NULL computes the virtual column ${name} for every row of ${whole} and blocks reads and writes of the table.`,
    replacement: script(
      `ALTER TABLE ${whole} ADD COLUMN ${column.text.replace(/\s+NOT\s+NULL\b/i, '')}`,
      `ALTER TABLE ${whole} ADD CONSTRAINT ${constraint} NOT NULL ${name} NOT VALID`,
      NEXT_REVISION,
      `ALTER TABLE ${whole} VALIDATE CONSTRAINT ${constraint}`,
    ),
  };
}

function domainReport({ name, work }: ActionOf<'alter-domain'>, context: ActionContext): Report | null {
  const words = `SET NOT NULL of the domain ${quotePath(name)}`;
  return work === 'not-null' ? domainWork(name, words, context) : null;
}

/** PostgreSQL drops constraints before it does anything else in one ALTER TABLE, and validates them last. */
function known({ beforeStatement, statement }: ActionContext, table: string): KnownSchema {
  if (!tableIn(beforeStatement, table)) return beforeStatement;
  const dropped = statement.facts.actions.flatMap((action) =>
    action.kind === 'drop-constraint' && action.table === table ? [action.name] : [],
  );
  return changeTable(beforeStatement, table, (before) => dropped.reduce(withoutConstraint, before));
}
