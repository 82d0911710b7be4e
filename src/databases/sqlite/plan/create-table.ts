import type {
  CheckModel,
  ColumnModel,
  ConflictClause,
  ForeignKeyModel,
  IndexKey,
  IndexModel,
  TableModel,
} from '../../../schema/model.js';
import { isOfPart } from '../../../schema/conflict-clauses.js';
import { enumCheckOf } from '../../../schema/enum-check.js';
import { NEXT_LINE, statement, type Statement } from '../../../sql/statement.js';
import { quoteIdentifier, quoteIdentifiers } from '../../../sql/quote.js';
import { isSameSqliteName } from '../../../sql/identifiers.js';

/**
 * CREATE TABLE in TypeORM's style, which it reads back with patterns: a key of one column, and the values of an
 * enumerated one, are part of the column; defaults are in parentheses; no space precedes a comma.
 *
 * @param name its name, where that is not the table's own
 */
export function createTable(table: TableModel, name: string = table.name): Statement {
  const inside = [
    ...table.columns.map((column) => columnOf(column, table)),
    ...table.uniques.map(
      (unique) =>
        `${constraint(unique.name)}UNIQUE (${quoteIdentifiers(unique.columns)})${conflictOf(table, 'unique', unique.columns)}`,
    ),
    ...table.checks.filter((check) => !standsInColumn(check, table)).map(checkOf),
    ...table.foreignKeys.map(foreignKeyOf),
    ...primaryKeyOf(table),
  ];
  const options = table.options === null ? '' : ` ${table.options}`;
  const path = quoteIdentifier(name);
  return statement(`CREATE TABLE ${path} (${inside.join(`,${NEXT_LINE}`)})${options}`, { creates: [path] });
}

/** A column with all properties that SQLite allows in it. */
export function columnOf(column: ColumnModel, table: TableModel): string {
  const { name, type, collation, generated, storage } = column;
  const values = table.checks.find((check) => standsInColumn(check, table, name));
  const isKey = table.primaryKey?.columns.length === 1 && table.primaryKey.columns[0] === name;
  const words = [
    quoteIdentifier(name),
    type,
    values ? `CHECK( ${values.expression.sql} )` : '',
    isKey ? `PRIMARY KEY${conflictOf(table, 'primary-key', [name])}` : '',
    column.identity === 'autoincrement' ? 'AUTOINCREMENT' : '',
    collation === null ? '' : `COLLATE ${collationOf(collation)}`,
    column.nullable ? '' : `NOT NULL${conflictOf(table, 'not-null', [name])}`,
    generated === null ? '' : `AS (${generated.sql}) ${(storage ?? 'virtual').toUpperCase()}`,
    column.default === null ? '' : `DEFAULT (${column.default.sql})`,
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** CREATE INDEX. */
export function createIndex(table: string, { name, unique, keys, where }: IndexModel): Statement {
  const kind = unique ? 'UNIQUE INDEX' : 'INDEX';
  const condition = where === null ? '' : ` WHERE ${where.sql}`;
  return statement(
    `CREATE ${kind} ${quoteIdentifier(name)} ON ${quoteIdentifier(table)} (${keys.map(indexKeyOf).join(', ')})${condition}`,
  );
}

/** An expression contains its own collation. */
function indexKeyOf({ column, expression, collation, order }: IndexKey): string {
  const own = column === null || collation === null ? '' : ` COLLATE ${collationOf(collation)}`;
  return `${column === null ? (expression ?? '') : quoteIdentifier(column)}${own}${order === 'DESC' ? ' DESC' : ''}`;
}

function collationOf(name: string): string {
  return /^\w+$/.test(name) ? name : quoteIdentifier(name);
}

/** One check of values is part of the column; a second one would not be read there. */
function standsInColumn(check: CheckModel, table: TableModel, column?: string): boolean {
  const own = enumCheckOf(check)?.column;
  if (own === undefined || (column !== undefined && !isSameSqliteName(own, column))) return false;
  if (!table.columns.some(({ name }) => isSameSqliteName(name, own))) return false;
  const first = table.checks.find((other) => isSameSqliteName(enumCheckOf(other)?.column ?? '', own));
  return first === check;
}

function constraint(name: string | null): string {
  return name === null ? '' : `CONSTRAINT ${quoteIdentifier(name)} `;
}

function checkOf({ name, expression }: CheckModel): string {
  return `${constraint(name)}CHECK (${expression.sql})`;
}

function foreignKeyOf(model: ForeignKeyModel): string {
  const columns = `FOREIGN KEY (${quoteIdentifiers(model.columns)})`;
  const target = `REFERENCES ${quoteIdentifier(model.table)} (${quoteIdentifiers(model.references)})`;
  const actions = `ON DELETE ${model.onDelete} ON UPDATE ${model.onUpdate}`;
  const deferrable = model.deferrable === null ? '' : ` DEFERRABLE ${model.deferrable}`;
  return `${constraint(model.name)}${columns} ${target} ${actions}${deferrable}`;
}

function primaryKeyOf(table: TableModel): readonly string[] {
  const { primaryKey: key } = table;
  if (key === null || key.columns.length === 1) return [];
  return [`PRIMARY KEY (${quoteIdentifiers(key.columns)})${conflictOf(table, 'primary-key', key.columns)}`];
}

/** What a revision by hand gave a part: the last one counts. */
function conflictOf(
  { conflicts = [] }: TableModel,
  of: ConflictClause['of'],
  columns: readonly string[],
): string {
  const clause = conflicts.findLast((one) => isOfPart(one, of, columns));
  return clause ? ` ON CONFLICT ${clause.action}` : '';
}
