import {
  isKeyThere,
  isOfOneType,
  literal,
  namesOf,
  type ByHand,
  type Ground,
  type Maker,
  type Names,
} from './by-hand.js';
import type { Kind } from './model.js';

const FUNCTION = `CREATE OR REPLACE FUNCTION by_hand_noted() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$`;
const TEXTS: readonly Kind[] = ['varchar', 'text'];
/** Types without the operator =, or whose values no statistics object may have. */
const PLAIN: readonly Kind[] = ['smallint', 'integer', 'bigint', 'numeric', 'varchar', 'text', 'instant'];

/** An object of a table, and its text by its name. */
function named(
  what: string,
  ground: Ground,
  parts: {
    readonly make: (names: Names) => readonly string[];
    readonly drop: (names: Names) => string;
    readonly text: string;
  },
): ByHand {
  const [before, after] = namesOf(ground);
  const again = [parts.drop(after), ...parts.make(after)];
  return { what, make: parts.make(before), again, before: parts.text, after: parts.text };
}

/** The order of its entries means nothing. */
const rights = (column: string) =>
  `(SELECT string_agg(one, ' ' ORDER BY one) FROM unnest(${column}::text[]) one)`;

const comment = (catalog: string) => `obj_description(o.oid, '${catalog}')`;

/** A condition on a column that both models have, for rows of any values. */
function conditionOf({ column, columnAfter }: Ground, { column: name, value }: Names): string {
  const isEnum = column.kind === 'enum' && columnAfter.kind === 'enum' && value !== '';
  return isEnum ? `${name} = ${literal(value)}` : `${name} IS NOT NULL`;
}

function expressionOf(ground: Ground, { column: name }: Names): string {
  const isText = TEXTS.includes(ground.column.kind) && TEXTS.includes(ground.columnAfter.kind);
  return isText ? `lower(${name})` : `(${name} IS NULL)`;
}

const index: Maker = (name, ground, picker) => {
  const isFilled = picker.chance(40);
  return named('index of an expression', ground, {
    make: (names) => [
      `CREATE INDEX ${name} ON ${names.table} (${expressionOf(ground, names)} DESC) INCLUDE (${names.column})` +
        `${isFilled ? ' WITH (fillfactor = 51)' : ''} WHERE ${conditionOf(ground, names)}`,
      `COMMENT ON INDEX ${name} IS 'by hand'`,
      `ALTER INDEX ${name} ALTER COLUMN 1 SET STATISTICS 91`,
    ],
    drop: () => `DROP INDEX ${name}`,
    text: `SELECT concat_ws(' ', pg_get_indexdef(o.oid), a.attstattarget, ${comment('pg_class')}) AS text
      FROM pg_class o JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = 1 WHERE o.relname = '${name}'`,
  });
};

const constraint =
  (what: string, definition: (names: Names, ground: Ground) => string): Maker =>
  (name, ground) =>
    named(what, ground, {
      make: (names) => [
        `ALTER TABLE ${names.table} ADD CONSTRAINT ${name} ${definition(names, ground)}`,
        `COMMENT ON CONSTRAINT ${name} ON ${names.table} IS 'by hand'`,
      ],
      drop: (names) => `ALTER TABLE ${names.table} DROP CONSTRAINT ${name}`,
      text: `SELECT concat_ws(' ', pg_get_constraintdef(o.oid), o.convalidated, o.conrelid::regclass, ${comment('pg_constraint')}) AS text
        FROM pg_constraint o WHERE o.conname = '${name}'`,
    });

const check = constraint('check', (names, ground) => {
  const condition = conditionOf(ground, names);
  return `CHECK ((${condition}) OR NOT (${condition}) OR ${names.column} IS NULL)`;
});

const exclusion: Maker = (name, ground, picker) => {
  if (!isKeyThere(ground)) return undefined;
  const made = constraint('exclusion constraint', (names) => {
    const elements = names.key.replaceAll(', ', ' WITH =, ');
    return `EXCLUDE USING btree (${elements} WITH =) WHERE (${conditionOf(ground, names)})`;
  });
  return made(name, ground, picker);
};

const policy: Maker = (name, ground) =>
  named('policy', ground, {
    make: (names) => [
      `CREATE POLICY ${name} ON ${names.table} AS RESTRICTIVE FOR UPDATE TO pg_monitor USING (${conditionOf(ground, names)})`,
      `COMMENT ON POLICY ${name} ON ${names.table} IS 'by hand'`,
      `ALTER TABLE ${names.table} ENABLE ROW LEVEL SECURITY`,
    ],
    drop: (names) => `DROP POLICY ${name} ON ${names.table}`,
    text: `SELECT concat_ws(' ', pg_get_expr(o.polqual, o.polrelid), o.polrelid::regclass, o.polcmd, o.polpermissive, o.polroles::text, c.relrowsecurity, ${comment('pg_policy')}) AS text
      FROM pg_policy o JOIN pg_class c ON c.oid = o.polrelid WHERE o.polname = '${name}'`,
  });

const trigger: Maker = (name, ground) =>
  named('trigger', ground, {
    make: (names) => [
      FUNCTION,
      `CREATE TRIGGER ${name} AFTER UPDATE OF ${names.column} ON ${names.table} FOR EACH ROW
        WHEN (OLD.${names.column} IS NULL AND NEW.${names.column} IS NOT NULL) EXECUTE FUNCTION by_hand_noted()`,
      `COMMENT ON TRIGGER ${name} ON ${names.table} IS 'by hand'`,
      `ALTER TABLE ${names.table} ENABLE ALWAYS TRIGGER ${name}`,
    ],
    drop: (names) => `DROP TRIGGER ${name} ON ${names.table}`,
    text: `SELECT concat_ws(' ', pg_get_triggerdef(o.oid), o.tgenabled, ${comment('pg_trigger')}) AS text FROM pg_trigger o WHERE o.tgname = '${name}'`,
  });

const rule: Maker = (name, ground) =>
  named('rule', ground, {
    make: (names) => [
      `CREATE RULE ${name} AS ON UPDATE TO ${names.table} WHERE OLD.${names.column} IS NULL AND ${conditionOf(ground, { ...names, column: `OLD.${names.column}` })} DO INSTEAD NOTHING`,
      `COMMENT ON RULE ${name} ON ${names.table} IS 'by hand'`,
    ],
    drop: (names) => `DROP RULE ${name} ON ${names.table}`,
    text: `SELECT concat_ws(' ', pg_get_ruledef(o.oid), o.ev_enabled, ${comment('pg_rewrite')}) AS text FROM pg_rewrite o WHERE o.rulename = '${name}'`,
  });

const statistics: Maker = (name, ground) => {
  const { column, columnAfter, before } = ground;
  const isPlain = [column, columnAfter].every(({ kind }) => PLAIN.includes(kind));
  if (!isPlain || before.key.includes(column.id) || !isKeyThere(ground)) return undefined;
  return named('statistics object', ground, {
    make: (names) => [
      `CREATE STATISTICS ${name} (ndistinct) ON ${names.column}, ${names.key} FROM ${names.table}`,
      `ALTER STATISTICS ${name} SET STATISTICS 55`,
      `COMMENT ON STATISTICS ${name} IS 'by hand'`,
    ],
    drop: () => `DROP STATISTICS ${name}`,
    text: `SELECT concat_ws(' ', pg_get_statisticsobjdef(o.oid), o.stxstattarget, ${comment('pg_statistic_ext')}) AS text FROM pg_statistic_ext o WHERE o.stxname = '${name}'`,
  });
};

const view: Maker = (name, ground) =>
  named('view', ground, {
    make: (names) => [
      `CREATE VIEW ${name} WITH (security_barrier) AS SELECT ${names.column} AS shown FROM ${names.table} WHERE ${conditionOf(ground, names)}`,
      `COMMENT ON VIEW ${name} IS 'by hand'`,
      `GRANT SELECT ON ${name} TO pg_monitor`,
    ],
    drop: () => `DROP VIEW ${name}`,
    text: `SELECT concat_ws(' ', pg_get_viewdef(o.oid), o.reloptions::text, ${rights('o.relacl')}, ${comment('pg_class')}) AS text FROM pg_class o WHERE o.relname = '${name}'`,
  });

/** A property, whose text names nothing. */
function property(
  what: string,
  ground: Ground,
  parts: { readonly make: (names: Names) => readonly string[]; readonly text: (names: Names) => string },
): ByHand {
  const [before, after] = namesOf(ground);
  return { what, make: parts.make(before), again: [], before: parts.text(before), after: parts.text(after) };
}

const tableOptions: Maker = (_name, ground) =>
  property('storage parameters and rights of a table', ground, {
    make: ({ table }) => [
      `ALTER TABLE ${table} SET (fillfactor = 71, autovacuum_enabled = false)`,
      `ALTER TABLE ${table} REPLICA IDENTITY FULL`,
      `GRANT INSERT ON ${table} TO pg_monitor`,
    ],
    text: ({ table }) =>
      `SELECT concat(reloptions, relreplident, ${rights('relacl')}) AS text FROM pg_class WHERE oid = ${literal(table)}::regclass`,
  });

const ofColumn =
  (what: string, list: string, sql: (names: Names) => readonly string[]): Maker =>
  (_name, ground) =>
    property(what, ground, {
      make: sql,
      text: ({ table, column }) =>
        `SELECT concat(${list}) AS text FROM pg_attribute WHERE attrelid = ${literal(table)}::regclass AND quote_ident(attname) = quote_ident(${literal(unquoted(column))})`,
    });

function unquoted(name: string): string {
  return name.slice(1, -1).replaceAll('""', '"');
}

const columnRights = ofColumn('rights on a column', rights('attacl'), ({ table, column }) => [
  `GRANT SELECT (${column}), UPDATE (${column}) ON ${table} TO pg_monitor`,
]);
/** Some releases keep a number of their own among the options. */
const OPTIONS = `ARRAY(SELECT o FROM unnest(attoptions) o WHERE o NOT LIKE 'pg\\_attver=%' ORDER BY o)`;
const columnOptions = ofColumn('settings of a column', `attstattarget, ${OPTIONS}`, ({ table, column }) => [
  `ALTER TABLE ${table} ALTER COLUMN ${column} SET STATISTICS 77`,
  `ALTER TABLE ${table} ALTER COLUMN ${column} SET (n_distinct = 5)`,
]);
const storage: Maker = (name, ground, picker) =>
  TEXTS.includes(ground.column.kind) && isOfOneType(ground)
    ? ofColumn('storage of a column', 'attstorage, attcompression', ({ table, column }) => [
        `ALTER TABLE ${table} ALTER COLUMN ${column} SET STORAGE EXTERNAL`,
        `ALTER TABLE ${table} ALTER COLUMN ${column} SET COMPRESSION pglz`,
      ])(name, ground, picker)
    : undefined;

const domain: Maker = (name, ground) => {
  const { before, column, isShown } = ground;
  const isTied =
    isShown ||
    before.columns.some(({ computed }) => computed?.from === column.id) ||
    before.key.includes(column.id) ||
    before.foreignKeys.some((one) => one.columns.includes(column.id));
  if (!PLAIN.includes(column.kind) || !isOfOneType(ground) || isTied || column.computed) return undefined;
  return property('domain', ground, {
    make: ({ table, column: of }) => [
      `DO $do$ BEGIN EXECUTE (SELECT format('CREATE DOMAIN ${name} AS %s CHECK (value IS NOT NULL OR value IS NULL)',
        format_type(atttypid, atttypmod)) FROM pg_attribute WHERE attrelid = ${literal(table)}::regclass AND attname = ${literal(unquoted(of))}); END $do$`,
      `ALTER TABLE ${table} ALTER COLUMN ${of} TYPE ${name}`,
    ],
    text: ({ table, column: of }) =>
      `SELECT format_type(atttypid, atttypmod) AS text FROM pg_attribute WHERE attrelid = ${literal(table)}::regclass AND attname = ${literal(unquoted(of))}`,
  });
};

/** A comment on an enumerated type, and rights. */
const typeComment: Maker = (_name, ground) => {
  if (ground.column.kind !== 'enum' || ground.columnAfter.kind !== 'enum') return undefined;
  const type = ({ table, column }: Names) =>
    `(SELECT atttypid FROM pg_attribute WHERE attrelid = ${literal(table)}::regclass AND attname = ${literal(unquoted(column))})`;
  return property('comment and rights of an enumerated type', ground, {
    make: (names) => [
      `DO $do$ BEGIN EXECUTE format('COMMENT ON TYPE %s IS ''by hand''', ${type(names)}::regtype);
        EXECUTE format('GRANT USAGE ON TYPE %s TO pg_monitor', ${type(names)}::regtype); END $do$`,
    ],
    text: (names) =>
      `SELECT concat(obj_description(oid, 'pg_type'), ${rights('typacl')}) AS text FROM pg_type WHERE oid = ${type(names)}`,
  });
};

/** All that is drawn from. */
export const byHandOnPostgres: readonly Maker[] = [
  domain,
  index,
  check,
  exclusion,
  policy,
  trigger,
  rule,
  statistics,
  view,
  tableOptions,
  columnRights,
  columnOptions,
  storage,
  typeComment,
];
