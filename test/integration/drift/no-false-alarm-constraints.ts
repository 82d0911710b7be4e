import type { Columns, Rest } from './no-false-alarm-database.js';

/** Spellings of conditions that both databases know, over the columns below. */
export const NEUTRAL_CONDITIONS: readonly string[] = [
  `status IN ('A','B')`,
  `"status" IN ('A', 'B', 'C')`,
  `status NOT IN ('X')`,
  `status IN ('single')`,
  `status = 'A' OR status = 'B'`,
  `amount BETWEEN 1 AND 10`,
  `amount NOT BETWEEN 1 AND 10`,
  `amount >= 1 AND amount <= 10`,
  `amount != 3`,
  `amount <> 4`,
  `NOT (amount = 5)`,
  `((amount)) > ((0))`,
  `(amount > 0)`,
  `amount > 0.5`,
  `amount > -1`,
  `amount + amount * 2 > 3`,
  `(amount + amount) * 2 > 3`,
  `amount - (amount - 1) = 1`,
  `CAST(amount AS numeric) > 0.10`,
  `status LIKE 'A%'`,
  `status NOT LIKE 'A!%' ESCAPE '!'`,
  `length(status) > 0`,
  `LENGTH(status) < 100`,
  `status IS NOT NULL`,
  `note IS NULL OR length(note) > 0`,
  `(note IS NULL) = (stamp IS NULL)`,
  `coalesce(note, 'none') <> ''`,
  `CASE WHEN amount > 5 THEN note IS NOT NULL ELSE amount > 0 END`,
  `CASE status WHEN 'A' THEN 1 ELSE 2 END > 0`,
  `active OR NOT active`,
  `active = true`,
  `(active OR amount > 1) AND note IS NULL`,
  `active OR (amount > 1 AND note IS NULL)`,
  `active OR amount > 1 AND note IS NULL`,
  `note <> 'it''s -- not /* a */ comment'`,
  `amount /* a comment */ > 2 -- and another`,
  `status || '-' || coalesce(note, '') <> '-'`,
  `"Upper Case" > 0`,
  `"order" > 0 AND "select" < 5`,
  `stamp > '2024-01-01'`,
  `note IN ('größer', '日本語')`,
];

/** Spellings that only PostgreSQL knows. */
export const POSTGRES_CONDITIONS: readonly string[] = [
  `status = ANY (ARRAY['A', 'B'])`,
  `status = ANY (ARRAY['A'::text, 'B'::text])`,
  `(status)::text = ANY ((ARRAY['A'::character varying, 'B'::character varying])::text[])`,
  `status = ANY ('{A,B}')`,
  `status <> ALL (ARRAY['A', 'B'])`,
  `status::text ~ '^[A-Z]+$'`,
  `status ~* '^[a-z]+$' AND status !~ '\\d'`,
  `status ILIKE 'a%'`,
  `status SIMILAR TO '(A|B)%'`,
  `amount::numeric > 0.10`,
  `amount > '3'`,
  `amount > 3::smallint`,
  `amount BETWEEN SYMMETRIC 10 AND 1`,
  `amount IS DISTINCT FROM 7`,
  `num_nonnulls(note, stamp) >= 1`,
  `stamp > '2024-01-01'::timestamptz`,
  `stamp AT TIME ZONE 'utc' > timestamp '2024-01-01'`,
  `timezone('utc', stamp) > '2024-01-01'`,
  `jsonb_typeof(payload) = 'object'`,
  `payload ? 'kind'`,
  `payload->>'kind' IN ('a', 'b')`,
  `payload @> '{"a": 1}'`,
  `(payload #>> '{a,b}') IS NOT NULL`,
  `cardinality(tags) <= 5`,
  `array_length(tags, 1) > 0`,
  `tags <@ ARRAY['a','b']::text[]`,
  `tags[1] <> ''`,
  `'x' <> ALL (tags)`,
  `level IN ('low', 'high')`,
  `level > 'low'`,
  `substring(status from 1 for 2) <> 'XX'`,
  `substring(status, 1, 2) <> 'XX'`,
  `position('a' in status) = 0`,
  `trim(both ' ' from status) <> ''`,
  `overlay(status placing 'x' from 1) <> 'x'`,
  `active IS TRUE`,
  `active IS NOT FALSE`,
  `active IS UNKNOWN OR TRUE`,
  `(amount, "order") < (10, 20)`,
  `(amount, "order") IS NOT NULL`,
  `NULLIF(status, '') IS NOT NULL`,
  `GREATEST(amount, 1) < 1000`,
  `status COLLATE "C" < 'a'`,
  `upper(status) = status`,
  `amount % 2 = 0 AND @ amount > 0`,
  `status = E'a\\nb' OR status = $$it's$$ OR status <> ''`,
  `fixed = 'abc' OR fixed IN ('x', 'y  ')`,
  `network << inet '10.0.0.0/8'`,
  `during && tstzrange('2024-01-01', '2025-01-01')`,
  `lower(during) < upper(during)`,
  `status IS NORMALIZED`,
  `ROW(amount, 1) = ROW(1, amount)`,
  `payload IS NULL OR (payload ->> 'n')::int BETWEEN 1 AND 5`,
  `2147483648 > amount`,
  `amount::bigint * 1000000 > 5e3`,
];

/** Those that cannot stand in an index, or name the table, `checked`. */
export const POSTGRES_CHECKS_ONLY: readonly string[] = [
  `money > 0::money`,
  `extract(year from stamp) > 2000`,
  `EXTRACT('epoch' FROM stamp) > 0`,
  `date_part('year', stamp) > 2000`,
  `stamp - interval '1 day' < '2100-01-01 00:00:00+00'`,
  `level = ANY (ARRAY['low'::"checked_level_enum"])`,
  `checked.amount > 0`,
];

/** Spellings that only SQLite knows. */
export const SQLITE_CONDITIONS: readonly string[] = [
  `json_valid(payload)`,
  `status GLOB 'A*'`,
  `amount == 1 OR amount ISNULL`,
  `note NOTNULL OR note NOT NULL`,
  '`status` <> [note]',
  `typeof(amount) = 'integer'`,
  `status COLLATE NOCASE = 'a'`,
  `amount & 1 | 2 << 1 > 0`,
  `~amount < 0`,
  `amount IS NOT 3`,
  `amount IS DISTINCT FROM 3`,
  `(amount, "order") < (10, 20)`,
  `payload->>'$.a' = 1`,
  `x'AB' <> status`,
  `iif(amount > 1, 1, 0) = 1`,
  `amount > 0x0F`,
  `Amount > 0 and STATUS is not null`,
];

export const NEUTRAL_COLUMNS: Columns = {
  status: { type: 'varchar', length: 20 },
  amount: { type: 'integer' },
  note: { type: 'text', nullable: true },
  stamp: { type: Date, nullable: true },
  active: { type: 'boolean' },
  upper: { type: 'integer', name: 'Upper Case' },
  order: { type: 'integer' },
  select: { type: 'integer' },
};

export const POSTGRES_COLUMNS: Columns = {
  ...NEUTRAL_COLUMNS,
  stamp: { type: 'timestamptz', nullable: true },
  payload: { type: 'jsonb', nullable: true },
  tags: { type: 'text', array: true },
  level: { type: 'enum', enum: ['low', 'high'] },
  fixed: { type: 'char', length: 3 },
  money: { type: 'money' },
  network: { type: 'inet' },
  during: { type: 'tstzrange' },
};

export const SQLITE_COLUMNS: Columns = { ...NEUTRAL_COLUMNS, payload: { type: 'json', nullable: true } };

/** A check of each condition, every other one with a name of its own. */
export function checksOf(conditions: readonly string[]): NonNullable<Rest['checks']> {
  return conditions.map((expression, index) =>
    index % 2 === 0
      ? { expression: `${expression}\n` }
      : { name: `check_${index}`, expression: `${expression}\n` },
  );
}

/** A partial index of each condition. */
export function indexesOf(conditions: readonly string[]): NonNullable<Rest['indices']> {
  return conditions.map((where, index) => ({
    columns: index % 3 === 0 ? ['status', 'amount'] : ['amount'],
    unique: index % 2 === 0,
    name: `partial_${index}`,
    where,
  }));
}
