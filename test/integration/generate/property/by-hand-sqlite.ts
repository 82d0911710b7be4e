import { namesOf, type ByHand, type Ground, type Maker, type Names } from './by-hand.js';
import { columnOf, type Kind, type Table } from './model.js';

const STRICT: readonly Kind[] = ['integer', 'text'];

/** An object in sqlite_schema, and its text. */
function named(
  what: string,
  ground: Ground,
  { name, make }: { readonly name: string; readonly make: (names: Names) => string },
): ByHand {
  const [before, after] = namesOf(ground);
  const kind = what.split(' ')[0]?.toUpperCase() ?? '';
  const text = `SELECT sql AS text FROM sqlite_schema WHERE name = '${name}'`;
  return {
    what,
    make: [make(before)],
    again: [`DROP ${kind} ${name}`, make(after)],
    before: text,
    after: text,
  };
}

const index: Maker = (name, ground) =>
  named('index of an expression', ground, {
    name,
    make: ({ table, column }) =>
      `CREATE INDEX ${name} ON ${table} (lower(${column}) COLLATE NOCASE DESC, ${column} IS NULL) WHERE ${column} IS NOT NULL`,
  });

const trigger: Maker = (name, ground) =>
  named('trigger', ground, {
    name,
    make: ({ table, column }) =>
      `CREATE TRIGGER ${name} AFTER UPDATE OF ${column} ON ${table} WHEN NEW.${column} IS NULL BEGIN SELECT NEW.${column}; END`,
  });

const view: Maker = (name, ground) =>
  named('view', ground, {
    name,
    make: ({ table, column }) => `CREATE VIEW ${name} AS SELECT ${column} AS shown FROM ${table}`,
  });

/** A revision that makes a table again mentions its parts: from then on they are of that revision. */
function hasSameParts({ before, after }: Ground): boolean {
  const parts = ({ uniques, indexes, foreignKeys, checks, exclusions }: Table) =>
    JSON.stringify([uniques, indexes, foreignKeys, checks, exclusions]);
  return parts(before) === parts(after);
}

/** A table that is made again in another way; none where parts of it change. */
function remade(
  what: string,
  ground: Ground,
  parts: { readonly remake: (sql: string) => string; readonly text: (names: Names) => string },
): ByHand | undefined {
  if (!hasSameParts(ground)) return undefined;
  const [before, after] = namesOf(ground);
  const remake = { table: before.table, change: parts.remake };
  return { what, make: [], remake, again: [], before: parts.text(before), after: parts.text(after) };
}

function withOption(sql: string, option: string): string {
  return sql.endsWith(')') ? `${sql} ${option}` : `${sql}, ${option}`;
}

const strict: Maker = (_name, ground) => {
  const isStrict = ({ columns }: Table) => columns.every(({ kind }) => STRICT.includes(kind));
  if (!isStrict(ground.before) || !isStrict(ground.after)) return undefined;
  return remade('STRICT', ground, {
    remake: (sql) => withOption(sql, 'STRICT'),
    text: ({ table }) => `SELECT strict AS text FROM pragma_table_list WHERE name = ${inQuotes(table)}`,
  });
};

/** SQLite does not rename the key of such a table where another one has it too. */
function isInUnique({ uniques }: Table, id: string): boolean {
  return uniques.some(({ columns }) => columns.includes(id));
}

const withoutRowid: Maker = (_name, ground) => {
  const isPlain = (table: Table) =>
    !table.withoutRowid && !table.key.some((id) => columnOf(table, id).numbered || isInUnique(table, id));
  if (!isPlain(ground.before) || !isPlain(ground.after)) return undefined;
  return remade('WITHOUT ROWID', ground, {
    remake: (sql) => withOption(sql, 'WITHOUT ROWID'),
    text: ({ table }) => `SELECT wr AS text FROM pragma_table_list WHERE name = ${inQuotes(table)}`,
  });
};

const check: Maker = (name, ground) => {
  const [before] = namesOf(ground);
  const text = (condition: string) => `, CONSTRAINT ${name} CHECK (${condition})`;
  return remade('check', ground, {
    remake: (sql) =>
      sql.replace(
        /\)([^)]*)$/,
        `${text(`${before.column} IS NULL OR ${before.column} IS NOT NULL`).replaceAll('$', '$$$$')})$1`,
      ),
    text: ({ table }) =>
      `SELECT CASE WHEN sql LIKE '%${name}%CHECK%' THEN 'there' END AS text FROM sqlite_schema WHERE name = ${inQuotes(table)}`,
  });
};

function inQuotes(name: string): string {
  return `'${name.slice(1, -1).replaceAll('""', '"').replaceAll("'", "''")}'`;
}

/** All that is drawn from. */
export const byHandOnSqlite: readonly Maker[] = [index, trigger, view, strict, withoutRowid, check];
