import type { TableChange } from '../../../schema/change.js';
import type { CheckModel, KeyModel, SchemaModel, TableModel } from '../../../schema/model.js';
import { inlineConstraint } from './constraints.js';
import type { PostgresContext } from './context.js';
import { addKeyTo, locksToDropForeignKey } from './foreign-key.js';
import { unvalidatedNotNull } from './not-null.js';
import type { Operation } from './operation.js';
import { nameOf } from './part-of-table.js';
import { defaultPartition, defaultPath, firstPartitions, partitionClause } from './partitions.js';
import { check, exclusion, notValid, type PostgresNames } from './sql.js';
import { NEXT_LINE, alterTable, statement, type Statement } from '../../../sql/statement.js';
import { dollarQuote, quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';

/** Creates a table. No session uses it yet, so nothing in it requires steps. */
export function createTable(
  context: PostgresContext,
  table: TableModel,
  reason: string,
): readonly Operation[] {
  const { names } = context;
  const path = names.path(table.name);
  const foreignKeys = table.foreignKeys.map((model) => ({ name: nameOf('foreign-key', model), model }));
  const indexes = table.indexes.map((index) =>
    statement(names.createIndex(table.name, index, { concurrently: false })),
  );
  const main = { phase: 'main', alone: false, reason } as const;
  return [
    {
      ...main,
      step: 'create-table',
      up: [
        createStatement(names, table),
        ...firstPartitions(names, table),
        ...repeatedKeys(table).map((unique) => alterTable(path, `ADD ${inlineConstraint('UNIQUE', unique)}`)),
        ...unvalidated(table, path),
        ...indexes,
        ...commentsOf(names, table),
      ],
      down: [
        statement(`DROP TABLE ${path}`, {
          locks: [{ table: path, mode: 'ACCESS EXCLUSIVE' }],
          hazards: ['drop-table'],
        }),
      ],
    },
    ...foreignKeys.map(({ name, model }): Operation => ({
      ...main,
      phase: context.isKeyUnchanged(model) ? 'main' : 'refer',
      step: 'attach',
      up: [
        addKeyTo(
          context,
          [table.name, model.table],
          `ADD CONSTRAINT ${name} ${names.foreignKey(model)}${notValid(model)}`,
        ),
      ],
      down: [
        ...locksToDropForeignKey(context, table.name, model),
        alterTable(path, `DROP CONSTRAINT ${name}`),
      ],
    })),
  ];
}

/** CREATE TABLE silently makes one key of two that have the same columns. */
function repeatedKeys({ primaryKey, uniques }: TableModel): readonly KeyModel[] {
  const keys = [...(primaryKey ? [primaryKey] : []), ...uniques];
  const first = (key: KeyModel) => keys.find(({ columns }) => columns.join('\0') === key.columns.join('\0'));
  return uniques.filter((unique) => first(unique) !== unique);
}

/** CREATE TABLE validates all checks: a table that it makes has no rows. */
function unvalidated({ checks, columns }: TableModel, path: string): readonly Statement[] {
  const added = (model: CheckModel) =>
    alterTable(path, `ADD CONSTRAINT ${nameOf('check', model)} ${check(model)}${notValid(model)}`);
  return [
    ...checks.filter((model) => notValid(model) !== '').map(added),
    ...columns.flatMap((column) => unvalidatedNotNull(path, column)),
  ];
}

function createStatement(names: PostgresNames, table: TableModel): Statement {
  const repeated = repeatedKeys(table);
  const uniques = table.uniques.filter((unique) => !repeated.includes(unique));
  const lines = [
    ...table.columns.map((column) => names.column(column)),
    ...(table.primaryKey ? [inlineConstraint('PRIMARY KEY', table.primaryKey)] : []),
    ...uniques.map((unique) => inlineConstraint('UNIQUE', unique)),
    ...table.checks
      .filter((model) => notValid(model) === '')
      .map((model) => `CONSTRAINT ${nameOf('check', model)} ${check(model)}`),
    ...table.exclusions.map((model) => `CONSTRAINT ${nameOf('exclusion', model)} ${exclusion(model)}`),
  ];
  const unlogged = table.persistence === 'unlogged' ? 'UNLOGGED ' : '';
  const path = names.path(table.name);
  return statement(
    `CREATE ${unlogged}TABLE ${path} (${lines.join(`,${NEXT_LINE}`)})${partitionClause(table)}`,
    { creates: [path] },
  );
}

function commentsOf(names: PostgresNames, table: TableModel): readonly Statement[] {
  const columns = table.columns.flatMap(({ name, comment }) =>
    comment === null ? [] : [commentOnColumn(names, { table: table.name, column: name, comment })],
  );
  return [...(table.comment === null ? [] : [commentOnTable(names, table)]), ...columns];
}

function commentOnTable(
  names: PostgresNames,
  { name, comment }: Pick<TableModel, 'name' | 'comment'>,
): Statement {
  return statement(
    `COMMENT ON TABLE ${names.path(name)} IS ${comment === null ? 'NULL' : quoteLiteral(comment)}`,
  );
}

/** `COMMENT ON COLUMN ...`; null removes it. */
export function commentOnColumn(
  names: PostgresNames,
  of: { readonly table: string; readonly column: string; readonly comment: string | null },
): Statement {
  const text = of.comment === null ? 'NULL' : quoteLiteral(of.comment);
  return statement(`COMMENT ON COLUMN ${names.path(of.table)}.${quoteIdentifier(of.column)} IS ${text}`);
}

/** Changes of a table itself: its comment, and whether it survives a crash. */
export function changeTable(
  { names }: PostgresContext,
  change: Extract<TableChange, { readonly kind: 'alter-table' }>,
  reason: string,
): readonly Operation[] {
  const to = (table: TableModel) => [
    ...(change.aspects.includes('partition') ? [restOf(names, change.table, table)] : []),
    ...(change.aspects.includes('comment') ? [commentOnTable(names, { ...table, name: change.table })] : []),
    ...(change.aspects.includes('persistence') ? [persist(names, change.table, table)] : []),
  ];
  return [
    {
      phase: 'main',
      step: 'alter',
      alone: false,
      reason,
      up: to(change.desired),
      down: to(change.live),
    },
  ];
}

/** Its default partition: strategy and key cannot change. `down` keeps it where it has rows. */
function restOf(names: PostgresNames, name: string, { partition }: TableModel): Statement {
  if (partition?.rest === true) return defaultPartition(names, name);
  const path = defaultPath(names, name);
  const body = `BEGIN IF NOT EXISTS (SELECT FROM ${path}) THEN DROP TABLE ${path}; END IF; END`;
  const tag = dollarQuote('partition', body);
  return statement(`DO ${tag} ${body} ${tag}`, {
    locks: [{ table: names.path(name), mode: 'ACCESS EXCLUSIVE' }],
  });
}

function persist(names: PostgresNames, name: string, { persistence }: TableModel): Statement {
  const logged = persistence === 'permanent' ? 'LOGGED' : 'UNLOGGED';
  return alterTable(names.path(name), `SET ${logged}`);
}

/** Schemas that contained nothing before. `down` keeps a schema that contains other objects by then. */
export function createSchemas({ from, to }: PostgresContext): readonly Operation[] {
  const known = schemasOf(from);
  return schemasOf(to)
    .filter((schema) => !known.includes(schema))
    .map((schema) => ({
      phase: 'main',
      step: 'create-schema',
      alone: false,
      reason: `${schema}: schema`,
      up: [statement(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`)],
      down: [dropEmptySchema(schema)],
    }));
}

function dropEmptySchema(schema: string): Statement {
  const unless = 'WHEN dependent_objects_still_exist THEN NULL;';
  const lines = ['BEGIN', `  DROP SCHEMA ${quoteIdentifier(schema)};`, `EXCEPTION ${unless}`, 'END'];
  return statement(['DO $schema$', ...lines, '$schema$'].join(NEXT_LINE));
}

function schemasOf({ tables, enums, views = [] }: SchemaModel): readonly string[] {
  const names = [...tables, ...enums, ...views].map(({ name }) => name).filter((name) => name.includes('.'));
  return [...new Set(names.map((name) => name.slice(0, name.indexOf('.'))))].sort();
}
