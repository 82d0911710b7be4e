import { executed, type SeededFile } from './seeded-file.js';

const KIND = 'events_kind_made_idx';
const OPEN = 'events_open_idx';
const KEY = 'events_key_idx';
const MADE = 'events_made_idx';

/** Replaces an index by another one of the same name. */
function replaced(title: string, [name, definition]: readonly [string, string], aspects: string): SeededFile {
  const [, unique = '', rest = ''] = /^(UNIQUE )?(.*)$/.exec(definition) ?? [];
  const sql = [`DROP INDEX ${name}`, `CREATE ${unique}INDEX ${name} ON events ${rest}`];
  return executed(title, sql, `alter-index events.${name} (${aspects})`);
}

/** Indexes. */
export const sqliteIndexCases: readonly SeededFile[] = [
  executed('an index gone', `DROP INDEX ${MADE}`, `add-index events.${MADE}`),
  executed('a partial index gone', `DROP INDEX ${OPEN}`, `add-index events.${OPEN}`),
  executed('an index come', 'CREATE INDEX extra ON events (done)', 'drop-index events.extra'),
  executed('the same index twice', 'CREATE INDEX extra ON events (made)', 'drop-index events.extra'),
  executed(
    'an index of an expression come',
    'CREATE INDEX extra ON events (lower(kind))',
    'drop-index events.extra',
  ),
  executed('a unique index come', 'CREATE UNIQUE INDEX extra ON rooms (size)', 'drop-index rooms.extra'),
  executed(
    'a renamed index',
    [`DROP INDEX ${MADE}`, 'CREATE INDEX other ON events (made)'],
    `alter-index events.${MADE} (name)`,
  ),
  replaced('a unique index for one that is not', [MADE, 'UNIQUE (made)'], 'unique'),
  replaced('an index that is not unique any more', [KEY, '(key)'], 'unique'),
  replaced('other order of columns', [KIND, '(made, kind)'], 'keys'),
  replaced('fewer columns', [KIND, '(kind)'], 'keys'),
  replaced('more columns', [KIND, '(kind, made, done)'], 'keys'),
  replaced('another column', [MADE, '(done)'], 'keys'),
  replaced('DESC', [MADE, '(made DESC)'], 'keys'),
  replaced('DESC of the second column', [KIND, '(kind, made DESC)'], 'keys'),
  replaced('a collation', [KIND, '(kind COLLATE NOCASE, made)'], 'keys'),
  replaced('BINARY where the column has another collation', [KEY, 'UNIQUE (key COLLATE BINARY)'], 'keys'),
  replaced('an expression for a column', [MADE, '(lower(made))'], 'keys'),
  replaced('an expression behind a column', [KIND, '(kind, lower(made))'], 'keys'),
  replaced('another predicate', [OPEN, `(kind) WHERE "done" IS NULL AND "kind" <> 'sound'`], 'where'),
  replaced(
    'a predicate turned round',
    [OPEN, `(kind) WHERE "done" IS NOT NULL AND "kind" <> 'noise'`],
    'where',
  ),
  replaced('half of a predicate', [OPEN, '(kind) WHERE "done" IS NULL'], 'where'),
  replaced('a predicate gone', [OPEN, '(kind)'], 'where'),
  replaced('a predicate come', [MADE, '(made) WHERE "done" IS NULL'], 'where'),
  replaced('two aspects of an index', [MADE, 'UNIQUE (made DESC)'], 'keys, unique'),
];
