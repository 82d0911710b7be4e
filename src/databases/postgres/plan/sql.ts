import type {
  CheckModel,
  ColumnModel,
  Deferrable,
  EnumModel,
  ExclusionModel,
  ForeignKeyModel,
  IndexKey,
  IndexModel,
  KeyModel,
  NotNullModel,
} from '../../../schema/model.js';
import type { PartProperties } from '../../planning.js';
import { quoteIdentifier, quoteIdentifiers, quoteLiteral, quotePath } from '../../../sql/quote.js';
import { statement, type Statement } from '../../../sql/statement.js';

/** Names of the model as SQL: those without a schema mean the default one. */
export class PostgresNames {
  readonly #prefix: string;

  readonly #storage: ReadonlyMap<string, string>;

  /**
   * @param defaultSchema the schema of names without one; nothing is written before a name for `public`
   * @param properties of indexes, which keep their storage parameters when they are created again
   */
  constructor(defaultSchema: string, properties: readonly PartProperties[] = []) {
    this.#storage = new Map(
      properties.flatMap(({ table, name, storage }) =>
        storage === null ? [] : [[`${table}.${name}`, storage]],
      ),
    );
    this.#prefix = defaultSchema === 'public' ? '' : `${quoteIdentifier(defaultSchema)}.`;
  }

  /** A table or an enumerated type. */
  path(name: string): string {
    return name.includes('.') ? quotePath(name) : `${this.#prefix}${quoteIdentifier(name)}`;
  }

  /** A table or a view with its schema, whatever the search path is. */
  fullPath(name: string, defaultSchema: string): string {
    return quotePath(name.includes('.') ? name : `${defaultSchema}.${name}`);
  }

  /** An index, which is in the schema of its table. */
  indexPath(table: string, index: string): string {
    return `${this.schemaPrefix(table)}${quoteIdentifier(index)}`;
  }

  /** What stands before the names of its indexes and partitions: a schema with its dot, or nothing. */
  schemaPrefix(table: string): string {
    return table.includes('.') ? `${quoteIdentifier(table.slice(0, table.indexOf('.')))}.` : this.#prefix;
  }

  /** A column's type. */
  type(type: string): string {
    if (!type.startsWith('enum ')) return type;
    const [, path = '', dimensions = ''] = /^enum (.*?)((?:\[\])*)$/.exec(type) ?? [];
    return `${this.path(path)}${dimensions}`;
  }

  /** The definition of a column, for ADD COLUMN or in CREATE TABLE. */
  column(column: ColumnModel): string {
    const { name, collation, nullable, notNull: own } = column;
    const parts = [quoteIdentifier(name), this.#typeOf(column)];
    if (collation !== null) parts.push(`COLLATE ${quoteIdentifier(collation)}`);
    parts.push(...valueOf(column));
    if (!nullable) parts.push(own ? ofColumn(own) : 'NOT NULL');
    return parts.join(' ');
  }

  #typeOf({ type, identity }: ColumnModel): string {
    return identity === 'serial' ? (SERIALS[type] ?? this.type(type)) : this.type(type);
  }

  foreignKey({ columns, table, references, ...key }: ForeignKeyModel): string {
    const match = key.match === 'SIMPLE' ? '' : ` MATCH ${key.match}`;
    const set = key.setColumns ? ` (${quoteIdentifiers(key.setColumns)})` : '';
    const actions = ` ON DELETE ${key.onDelete}${set} ON UPDATE ${key.onUpdate}`;
    return (
      `FOREIGN KEY (${quoteIdentifiers(columns)}) REFERENCES ${this.path(table)} (${quoteIdentifiers(references)})` +
      `${match}${actions}${deferrable(key.deferrable)}${enforcement(key)}`
    );
  }

  createIndex(
    table: string,
    index: IndexModel,
    { concurrently, only = false }: { readonly concurrently: boolean; readonly only?: boolean },
  ): string {
    const unique = index.unique ? 'UNIQUE ' : '';
    const how = concurrently ? 'CONCURRENTLY IF NOT EXISTS ' : '';
    const place = `${only ? 'ONLY ' : ''}${this.path(table)}`;
    return `CREATE ${unique}INDEX ${how}${quoteIdentifier(index.name)} ON ${place} ${this.indexDefinition(table, index)}`;
  }

  /** What stands behind the table in CREATE INDEX. */
  indexDefinition(table: string, index: IndexModel): string {
    return indexBody(index, this.#storage.get(`${table}.${index.name.replace(/_replaced$/, '')}`) ?? '');
  }

  /** Beside other sessions, which read and write. */
  buildIndex(table: string, index: IndexModel): Statement {
    return statement(this.createIndex(table, index, { concurrently: true }), {
      work: { kind: 'index', table: this.path(table), name: index.name },
    });
  }

  createEnum({ name, values }: EnumModel): string {
    return `CREATE TYPE ${this.path(name)} AS ENUM (${values.map(quoteLiteral).join(', ')})`;
  }
}

/** Pseudo-types that make a sequence: https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL */
const SERIALS: Readonly<Record<string, string>> = {
  smallint: 'SMALLSERIAL',
  integer: 'SERIAL',
  bigint: 'BIGSERIAL',
};

function valueOf({ identity, generated, storage, default: value }: ColumnModel): readonly string[] {
  if (identity === 'always' || identity === 'by default')
    return [`GENERATED ${identity.toUpperCase()} AS IDENTITY`];
  if (generated) return [`GENERATED ALWAYS AS (${generated.sql}) ${(storage ?? 'stored').toUpperCase()}`];
  return value ? [`DEFAULT ${value.sql}`] : [];
}

/** A primary key or a unique constraint: `UNIQUE ("a", "b")`. */
export function key(kind: 'PRIMARY KEY' | 'UNIQUE', model: KeyModel): string {
  const nulls = kind === 'UNIQUE' && model.nulls === 'not distinct' ? ' NULLS NOT DISTINCT' : '';
  return `${kind}${nulls} (${quoteIdentifiers(model.columns)})${included(model.include)}${deferrable(model.deferrable)}`;
}

/** `CHECK (expression)` */
export function check({ expression, inherited, enforced }: CheckModel): string {
  return `CHECK (${expression.sql})${inherited === false ? ' NO INHERIT' : ''}${enforcement({ enforced })}`;
}

/** A NOT NULL of its own as a constraint of the table: `CONSTRAINT "nn" NOT NULL "a"`. */
export function notNull({ name, notNull: own }: ColumnModel): string {
  return own ? ofColumn(own, ` ${quoteIdentifier(name)}`) : '';
}

function ofColumn({ name, inherited }: NotNullModel, column = ''): string {
  return `CONSTRAINT ${quoteIdentifier(name)} NOT NULL${column}${inherited === false ? ' NO INHERIT' : ''}`;
}

function enforcement({ enforced }: { readonly enforced?: false | undefined }): string {
  return enforced === false ? ' NOT ENFORCED' : '';
}

/** ` NOT VALID` for what was never validated; NOT ENFORCED implies it. */
export function notValid({
  validated,
  enforced,
}: Pick<CheckModel | ForeignKeyModel, 'validated' | 'enforced'>): string {
  return validated || enforced === false ? '' : ' NOT VALID';
}

/** `EXCLUDE USING gist (...)` */
export function exclusion({ method, elements, where, ...model }: ExclusionModel): string {
  const list = elements.map(({ expression, operator }) => `${expression.sql} WITH ${operator}`).join(', ');
  const predicate = where ? ` WHERE (${where.sql})` : '';
  return `EXCLUDE USING ${method} (${list})${predicate}${deferrable(model.deferrable)}`;
}

/** `DEFERRABLE INITIALLY DEFERRED`, with a space before it; empty for what is always checked at once. */
export function deferrable(when: Deferrable): string {
  return when === null ? '' : ` DEFERRABLE ${when}`;
}

function indexBody({ method, keys, include, nulls, where }: IndexModel, storage: string): string {
  const using = method === 'btree' ? '' : `USING ${method} `;
  const distinct = nulls === 'not distinct' ? ' NULLS NOT DISTINCT' : '';
  const predicate = where ? ` WHERE ${where.sql}` : '';
  return `${using}(${keys.map(indexKey).join(', ')})${included(include)}${distinct}${storage}${predicate}`;
}

function included(columns: readonly string[]): string {
  return columns.length === 0 ? '' : ` INCLUDE (${quoteIdentifiers(columns)})`;
}

/** Nulls are last, but first where the order is descending. */
function indexKey({ column, expression, order, nulls, opclass, collation }: IndexKey): string {
  const parts = [column === null ? `(${expression ?? ''})` : quoteIdentifier(column)];
  if (collation !== null) parts.push(`COLLATE ${quoteIdentifier(collation)}`);
  if (opclass !== null) parts.push(opclass);
  if (order === 'DESC') parts.push('DESC');
  if (nulls !== (order === 'ASC' ? 'LAST' : 'FIRST')) parts.push(`NULLS ${nulls}`);
  return parts.join(' ');
}
