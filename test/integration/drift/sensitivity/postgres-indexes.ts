import { seeded, type SeededChange } from './seeded-change.js';

/** Replaces an index by another one of the same name. */
function replaced(
  title: string,
  [name, definition]: readonly [string, string],
  aspects: string,
): SeededChange {
  const [, unique = '', rest = ''] = /^(UNIQUE )?(.*)$/.exec(definition) ?? [];
  const sql = [`DROP INDEX ${name}`, `CREATE ${unique}INDEX ${name} ON events ${rest}`];
  return seeded(title, sql, `alter-index events.${name} (${aspects})`);
}

const KIND = 'events_kind_made_idx';
const OPEN = 'events_open_idx';
const KEY = 'events_key_idx';
const AREA = 'events_area_idx';
const MADE = 'events_made_idx';

/** Indexes. */
export const postgresIndexCases: readonly SeededChange[] = [
  seeded('an index gone', `DROP INDEX ${MADE}`, `add-index events.${MADE}`),
  seeded('a partial index gone', `DROP INDEX ${OPEN}`, `add-index events.${OPEN}`),
  seeded('an index come', 'CREATE INDEX extra ON events (done)', 'drop-index events.extra'),
  seeded('the same index twice', 'CREATE INDEX extra ON events (made)', 'drop-index events.extra'),
  seeded(
    'an index of an expression come',
    'CREATE INDEX extra ON events (lower(kind))',
    'drop-index events.extra',
  ),
  seeded('a unique index come', 'CREATE UNIQUE INDEX extra ON rooms (size)', 'drop-index rooms.extra'),
  seeded('a renamed index', `ALTER INDEX ${MADE} RENAME TO other`, `alter-index events.${MADE} (name)`),
  seeded(
    'a renamed partial index',
    `ALTER INDEX ${OPEN} RENAME TO other`,
    `alter-index events.${OPEN} (name)`,
  ),
  replaced('a unique index for one that is not', [MADE, 'UNIQUE (made)'], 'unique'),
  replaced('an index that is not unique any more', [KEY, '(key)'], 'unique'),
  replaced('other order of columns', [KIND, '(made, kind)'], 'keys'),
  replaced('fewer columns', [KIND, '(kind)'], 'keys'),
  replaced('more columns', [KIND, '(kind, made, done)'], 'keys'),
  replaced('another column', [MADE, '(done)'], 'keys'),
  replaced('DESC', [MADE, '(made DESC)'], 'keys'),
  replaced('DESC of the second column', [KIND, '(kind, made DESC)'], 'keys'),
  replaced('NULLS FIRST', [MADE, '(made NULLS FIRST)'], 'keys'),
  replaced('DESC NULLS LAST', [MADE, '(made DESC NULLS LAST)'], 'keys'),
  replaced('an operator class', [KEY, 'UNIQUE (key varchar_pattern_ops)'], 'keys'),
  replaced('a collation', [KEY, 'UNIQUE (key COLLATE "C")'], 'keys'),
  replaced('an expression for a column', [KEY, 'UNIQUE (lower(key))'], 'keys'),
  replaced('an expression behind a column', [KIND, "(kind, date_trunc('day', made))"], 'keys'),
  replaced('hash for btree', [MADE, 'USING hash (made)'], 'method'),
  replaced('brin for btree', [MADE, 'USING brin (made)'], 'method'),
  replaced('spgist for gist', [AREA, 'USING spgist (area)'], 'method'),
  replaced('a column included', [MADE, '(made) INCLUDE (kind)'], 'include'),
  replaced('two columns included', [KEY, 'UNIQUE (key) INCLUDE (kind, made)'], 'include'),
  replaced('another predicate', [OPEN, `(kind) WHERE done IS NULL AND kind <> 'sound'`], 'where'),
  replaced('a predicate turned round', [OPEN, `(kind) WHERE done IS NOT NULL AND kind <> 'noise'`], 'where'),
  replaced('half of a predicate', [OPEN, '(kind) WHERE done IS NULL'], 'where'),
  replaced('a predicate gone', [OPEN, '(kind)'], 'where'),
  replaced('a predicate come', [MADE, '(made) WHERE done IS NULL'], 'where'),
  {
    ...replaced('nulls that are not distinct', [KEY, 'UNIQUE (key) NULLS NOT DISTINCT'], 'nulls'),
    since: 15,
  },
  replaced('three aspects of an index', [MADE, 'UNIQUE (made DESC) INCLUDE (kind)'], 'keys, include, unique'),
  seeded(
    'an index that a failed CREATE INDEX CONCURRENTLY left',
    `UPDATE pg_index SET indisvalid = false WHERE indexrelid = '${MADE}'::regclass`,
    `alter-index events.${MADE} (valid)`,
  ),
];
