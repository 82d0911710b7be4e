import { DefaultNamingStrategy, type EntitySchema, type NamingStrategyInterface, type Table } from 'typeorm';
import { entity, type Rest } from './no-false-alarm-database.js';

/** As many projects have it: snake_case, and short names for constraints. */
export class SnakeCase extends DefaultNamingStrategy implements NamingStrategyInterface {
  override tableName(className: string, customName: string | undefined): string {
    return customName ?? `${snake(className)}s`;
  }

  override columnName(property: string, customName: string | undefined, prefixes: string[]): string {
    return snake([...prefixes, customName ?? property].join('_'));
  }

  override relationName(property: string): string {
    return snake(property);
  }

  override joinColumnName(relation: string, referenced: string): string {
    return snake(`${relation}_${referenced}`);
  }

  override joinTableName(first: string, second: string): string {
    return snake(`${first}_${second}`);
  }

  override primaryKeyName(table: Table | string): string {
    return `pk_${nameOf(table)}`;
  }

  override uniqueConstraintName(table: Table | string, columns: string[]): string {
    return `uq_${nameOf(table)}_${columns.join('_')}`;
  }

  override indexName(table: Table | string, columns: string[]): string {
    return `ix_${nameOf(table)}_${columns.join('_')}`;
  }

  override foreignKeyName(table: Table | string, columns: string[]): string {
    return `fk_${nameOf(table)}_${columns.join('_')}`;
  }
}

function nameOf(table: Table | string): string {
  return (typeof table === 'string' ? table : table.name).split('.').at(-1) ?? '';
}

function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

const toWorker: NonNullable<Rest['relations']> = {
  assignedWorker: { type: 'many-to-one', target: 'WorkerNode', onDelete: 'SET NULL', nullable: true },
  watchers: { type: 'many-to-many', target: 'WorkerNode', joinTable: true },
};

/** Camel case throughout, for the naming strategy to change. */
export const CAMEL: readonly EntitySchema[] = [
  entity('WorkerNode', { hostName: { type: String, unique: true }, lastSeenAt: { type: Date } }),
  entity(
    'JobRun',
    {
      startedAt: { type: Date, default: () => 'CURRENT_TIMESTAMP' },
      jobState: { type: 'simple-enum', enum: ['new', 'done'], default: 'new' },
      retryCount: { type: Number },
    },
    {
      relations: toWorker,
      indices: [{ columns: ['jobState', 'startedAt'] }, { columns: ['retryCount'], unique: true }],
      uniques: [{ columns: ['startedAt', 'retryCount'] }],
    },
  ),
];

const odd = { type: 'integer', nullable: true } as const;

/** Names that must be quoted. */
export const ODD_NAMES: readonly EntitySchema[] = [
  entity(
    'Order',
    {
      Id: { type: 'integer', primary: true, generated: 'increment' },
      select: odd,
      'group by': odd,
      UPPER: odd,
      camelCase: odd,
      'with-dash': odd,
      "with'quote": odd,
      größe: odd,
      日本: odd,
      '1st': odd,
      $money: odd,
      'percent%': odd,
      null: odd,
      true: odd,
      default: odd,
      state: { type: 'simple-enum', enum: ['a', 'b'], name: 'Sta te', default: 'a' },
    },
    {
      indices: [
        { columns: ['select', 'UPPER'] },
        { name: 'IX 1', columns: ['group by'], where: '"group by" > 0' },
      ],
      uniques: [{ columns: ['with-dash', '1st'] }, { name: "it's", columns: ["with'quote"] }],
      checks: [{ expression: `"UPPER" > 0 AND "größe" < 5 AND "1st" + "with-dash" <> "camelCase"` }],
      relations: {
        table: { type: 'many-to-one', target: 'user', onDelete: 'CASCADE' },
        Parent: { type: 'many-to-one', target: 'Order', joinColumn: { name: 'Parent Id' } },
      },
    },
  ),
  entity('user', { table: { type: 'text' } }),
  entity('two words', { 'a b': { type: 'text' } }, { indices: [{ columns: ['a b'] }] }),
  entity('Mixed', { plain: odd }, { tableName: 'MixedCase' }),
  entity('mixed', { plain: odd }, { tableName: 'snake_case' }),
];

const LONG = 'a_rather_long_name_that_somebody_gave_to_a_thing_without_counting_letters';

/** Names longer than the 63 bytes that PostgreSQL keeps of one. */
export const LONG_NAMES: readonly EntitySchema[] = [
  entity(
    `table_${LONG}`,
    {
      [`column_${LONG}`]: { type: 'integer' },
      [`größe_${LONG}`.slice(0, 60) + 'äöü']: { type: 'integer' },
      [`state_${LONG}`]: { type: 'simple-enum', enum: ['x', 'y'], enumName: `enum_${LONG}` },
    },
    {
      indices: [{ name: `index_${LONG}`, columns: [`column_${LONG}`] }],
      uniques: [{ name: `unique_${LONG}`, columns: [`column_${LONG}`, `state_${LONG}`] }],
      checks: [{ name: `check_${LONG}`, expression: `"column_${LONG}" > 0` }],
      relations: { [`relation_${LONG}`]: { type: 'many-to-one', target: `table_${LONG}` } },
    },
  ),
];
