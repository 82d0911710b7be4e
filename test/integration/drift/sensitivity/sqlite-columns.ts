import { executed, rebuilt, type SeededFile } from './seeded-file.js';

/** A change of one column of `things`. */
const thing = (title: string, [from, to]: readonly [string, string], reported: string): SeededFile =>
  rebuilt(title, ['things', from, to], `alter-column things.${reported}`);

/** Tables and columns. */
export const sqliteColumnCases: readonly SeededFile[] = [
  executed('a dropped table', 'DROP TABLE events', 'create-table events.events'),
  rebuilt('a table with row ids', ['pairs', ' WITHOUT ROWID', ''], 'alter-table pairs.pairs (options)'),
  rebuilt(
    'a strict table',
    ['pairs', 'WITHOUT ROWID', 'STRICT, WITHOUT ROWID'],
    'alter-table pairs.pairs (options)',
  ),
  executed('a dropped column', 'ALTER TABLE things DROP COLUMN size', 'add-column things.size'),
  executed('an extra column', 'ALTER TABLE things ADD extra integer', 'drop-column things.extra'),
  thing('a longer varchar', ['varchar(40)', 'varchar(41)'], 'label (type)'),
  thing('varchar without a length', ['varchar(40)', 'varchar'], 'label (type)'),
  thing('text for varchar', ['varchar(40)', 'text'], 'label (type)'),
  thing('another precision', ['decimal(10,2)', 'decimal(12,2)'], 'price (type)'),
  thing('another scale', ['decimal(10,2)', 'decimal(10,3)'], 'price (type)'),
  thing('bigint for integer', ['"size" integer', '"size" bigint'], 'size (type)'),
  thing('no type at all', ['"size" integer', '"size"'], 'size (type)'),
  thing('text for datetime', ['datetime', 'text'], 'made (type)'),
  thing('NOT NULL gone', ['varchar(40) NOT NULL', 'varchar(40)'], 'label (nullable)'),
  thing('NOT NULL come', ['"size" integer', '"size" integer NOT NULL'], 'size (nullable)'),
  thing('a default gone', [' DEFAULT (0.5)', ''], 'price (default)'),
  thing('a default come', ['"size" integer', '"size" integer DEFAULT 0'], 'size (default)'),
  thing('another number as default', ['(0.5)', '(0.51)'], 'price (default)'),
  thing(
    'another boolean as default',
    ['boolean NOT NULL DEFAULT (1)', 'boolean NOT NULL DEFAULT (0)'],
    'active (default)',
  ),
  thing('another text as default', [`('none')`, `('None')`], 'note (default)'),
  thing('a text with a space more as default', [`('none')`, `('none ')`], 'note (default)'),
  thing('a number for a text as default', [`('none')`, '(0)'], 'note (default)'),
  thing('another format in a default', ['%H:%M:%f', '%H:%M:%S'], 'made (default)'),
  thing(
    'another function as default',
    [`(strftime('%Y-%m-%d %H:%M:%f', 'now'))`, 'CURRENT_TIMESTAMP'],
    'made (default)',
  ),
  thing(
    'two aspects of one column',
    ['boolean NOT NULL DEFAULT (1)', 'boolean'],
    'active (nullable, default)',
  ),
  thing('AUTOINCREMENT gone', [' AUTOINCREMENT', ''], 'id (identity)'),
  rebuilt(
    'AUTOINCREMENT come',
    ['counters', 'PRIMARY KEY', 'PRIMARY KEY AUTOINCREMENT'],
    'alter-column counters.id (identity)',
  ),
  thing('another computed value', ['upper("label")', 'trim("label")'], 'loud (generated)'),
  thing('another computed value that is not stored', ['lower("label")', 'lower("note")'], 'soft (generated)'),
  thing('a computed value that is stored', ['VIRTUAL', 'STORED'], 'soft (storage)'),
  thing('a computed value that is not stored', ['STORED', 'VIRTUAL'], 'loud (storage)'),
  thing('a computed value gone', [' AS (upper("label")) STORED', ''], 'loud (generated, storage)'),
  thing(
    'a computed value come',
    ['"size" integer', '"size" integer AS (1) VIRTUAL'],
    'size (generated, storage)',
  ),
  thing('another collation', ['NOCASE', 'RTRIM'], 'title (collation)'),
  thing('a collation gone', [' COLLATE NOCASE', ''], 'title (collation)'),
  thing('a collation come', ['"note" text', '"note" text COLLATE NOCASE'], 'note (collation)'),
  thing(
    'three aspects of one column',
    ['text COLLATE NOCASE NOT NULL', 'clob'],
    'title (type, nullable, collation)',
  ),
];
