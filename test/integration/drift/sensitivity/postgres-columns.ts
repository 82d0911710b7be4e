import { seeded, type SeededChange } from './seeded-change.js';

const thing = (title: string, action: string, reported: string): SeededChange =>
  seeded(title, `ALTER TABLE things ${action}`, reported);

const types: readonly SeededChange[] = [
  thing('a longer char', 'ALTER code TYPE char(3)', 'alter-column things.code (type)'),
  thing('char for varchar', 'ALTER code TYPE varchar(2)', 'alter-column things.code (type)'),
  seeded(
    'a length where none was',
    'ALTER TABLE events ALTER key TYPE varchar(40)',
    'alter-column events.key (type)',
  ),
  seeded('text for varchar', 'ALTER TABLE events ALTER key TYPE text', 'alter-column events.key (type)'),
  thing('another precision', 'ALTER price TYPE numeric(12, 2)', 'alter-column things.price (type)'),
  thing('another scale', 'ALTER price TYPE numeric(10, 3)', 'alter-column things.price (type)'),
  thing('numeric without limits', 'ALTER price TYPE numeric', 'alter-column things.price (type)'),
  thing('bigint for integer', 'ALTER size TYPE bigint', 'alter-column things.size (type)'),
  thing('smallint for integer', 'ALTER size TYPE smallint', 'alter-column things.size (type)'),
  thing(
    'an element for an array',
    `ALTER tags DROP DEFAULT, ALTER tags TYPE text USING tags[1], ALTER tags SET DEFAULT '{}'`,
    'alter-column things.tags (type)',
  ),
  thing(
    'an array of another type',
    "ALTER tags DROP DEFAULT, ALTER tags TYPE varchar[], ALTER tags SET DEFAULT '{}'",
    'alter-column things.tags (type)',
  ),
  thing(
    'another precision of a timestamp',
    'ALTER made TYPE timestamp(6) with time zone',
    'alter-column things.made (type)',
  ),
  thing(
    'a timestamp without its time zone',
    'ALTER made TYPE timestamp(3)',
    'alter-column things.made (type)',
  ),
  seeded(
    'a timestamp with a time zone',
    'ALTER TABLE events ALTER done TYPE timestamptz',
    'alter-column events.done (type)',
  ),
  thing('fields of an interval', 'ALTER span TYPE interval day to second', 'alter-column things.span (type)'),
  thing(
    'json for jsonb',
    'ALTER settings DROP DEFAULT, ALTER settings TYPE json, ALTER settings SET DEFAULT \'{"a":1}\'',
    'alter-column things.settings (type)',
  ),
  thing(
    'another length of a bit varying',
    'ALTER mask TYPE bit varying(9)',
    'alter-column things.mask (type)',
  ),
  seeded(
    'another range',
    "ALTER TABLE rooms DROP CONSTRAINT rooms_no_overlap, ALTER used TYPE tsrange USING NULL, ADD CONSTRAINT rooms_no_overlap EXCLUDE USING gist (house WITH =, used WITH &&) WHERE (kind = 'bed')",
    'alter-column rooms.used (type)',
  ),
  seeded(
    'an enumerated type of the same values and another name',
    [
      `CREATE TYPE hidden.twin AS ENUM ('new', 'open', 'closed')`,
      "ALTER TABLE things ALTER state DROP DEFAULT, ALTER state TYPE hidden.twin USING 'new'::hidden.twin, ALTER state SET DEFAULT 'new'",
    ],
    'alter-column things.state (type)',
  ),
  thing(
    'text for an enumerated type',
    `ALTER state DROP DEFAULT, ALTER state TYPE text, ALTER state SET DEFAULT 'new'`,
    'alter-column things.state (type)',
  ),
  thing(
    'an enumerated type for an array of it',
    'ALTER colours TYPE thing_colour USING colours[1]',
    'alter-column things.colours (type)',
  ),
  seeded(
    'text for an enumerated type of another schema',
    'ALTER TABLE audit.entries ALTER weight TYPE text',
    'alter-column audit.entries.weight (type)',
  ),
];

const columns: readonly SeededChange[] = [
  thing('a dropped column', 'DROP size', 'add-column things.size'),
  thing('an extra column', 'ADD extra integer', 'drop-column things.extra'),
  thing('NOT NULL gone', 'ALTER title DROP NOT NULL', 'alter-column things.title (nullable)'),
  thing('NOT NULL come', 'ALTER size SET NOT NULL', 'alter-column things.size (nullable)'),
  thing('a default gone', 'ALTER price DROP DEFAULT', 'alter-column things.price (default)'),
  thing('a default come', 'ALTER size SET DEFAULT 0', 'alter-column things.size (default)'),
  thing('another number as default', 'ALTER price SET DEFAULT 0.51', 'alter-column things.price (default)'),
  thing(
    'another boolean as default',
    'ALTER active SET DEFAULT false',
    'alter-column things.active (default)',
  ),
  thing(
    'another document as default',
    `ALTER settings SET DEFAULT '{"a": 2}'`,
    'alter-column things.settings (default)',
  ),
  thing('another array as default', `ALTER tags SET DEFAULT '{x}'`, 'alter-column things.tags (default)'),
  thing(
    'another value of an enumerated type as default',
    `ALTER state SET DEFAULT 'open'`,
    'alter-column things.state (default)',
  ),
  thing(
    'another function as default',
    'ALTER made SET DEFAULT clock_timestamp()',
    'alter-column things.made (default)',
  ),
  thing(
    'another precision of a default',
    'ALTER made SET DEFAULT CURRENT_TIMESTAMP(0)',
    'alter-column things.made (default)',
  ),
  thing(
    'a default that calls another function',
    "ALTER token SET DEFAULT md5('')::uuid",
    'alter-column things.token (default)',
  ),
  thing(
    'two aspects of one column',
    'ALTER active DROP NOT NULL, ALTER active DROP DEFAULT',
    'alter-column things.active (nullable, default)',
  ),
  thing('a serial without its default', 'ALTER id DROP DEFAULT', 'alter-column things.id (identity)'),
  seeded(
    'a serial that draws from another sequence',
    [
      'CREATE SEQUENCE other OWNED BY things.size',
      `ALTER TABLE things ALTER id SET DEFAULT nextval('other')`,
    ],
    'alter-column things.id (default, identity)',
  ),
  seeded(
    'an identity for a serial',
    [
      'ALTER TABLE things ALTER id DROP DEFAULT',
      'DROP SEQUENCE things_id_seq',
      'ALTER TABLE things ALTER id ADD GENERATED ALWAYS AS IDENTITY',
    ],
    'alter-column things.id (identity)',
  ),
  thing('an identity gone', 'ALTER number DROP IDENTITY', 'alter-column things.number (identity)'),
  thing(
    'an identity BY DEFAULT',
    'ALTER number SET GENERATED BY DEFAULT',
    'alter-column things.number (identity)',
  ),
  seeded(
    'an identity ALWAYS',
    'ALTER TABLE audit.entries ALTER id SET GENERATED ALWAYS',
    'alter-column audit.entries.id (identity)',
  ),
  seeded(
    'an identity come',
    'ALTER TABLE rooms ALTER number ADD GENERATED ALWAYS AS IDENTITY',
    'alter-column rooms.number (identity)',
  ),
  thing(
    'another computed value',
    'DROP loud, ADD loud text GENERATED ALWAYS AS (lower(label)) STORED',
    'alter-column things.loud (generated)',
  ),
  thing(
    'a computed value gone',
    'ALTER loud DROP EXPRESSION',
    'alter-column things.loud (generated, storage)',
  ),
  thing(
    'a computed value come',
    'DROP size, ADD size integer GENERATED ALWAYS AS (1) STORED',
    'alter-column things.size (generated, storage)',
  ),
  thing(
    'another collation',
    'ALTER title TYPE text COLLATE "POSIX"',
    'alter-column things.title (collation)',
  ),
  thing(
    'a collation gone',
    'ALTER title TYPE text COLLATE "default"',
    'alter-column things.title (collation)',
  ),
  seeded(
    'a collation come',
    'ALTER TABLE events ALTER kind TYPE text COLLATE "C"',
    'alter-column events.kind (collation)',
  ),
  seeded(
    'another comment',
    `COMMENT ON COLUMN things.title IS 'else'`,
    'alter-column things.title (comment)',
  ),
  seeded('a comment gone', 'COMMENT ON COLUMN things.title IS NULL', 'alter-column things.title (comment)'),
  seeded('a comment come', `COMMENT ON COLUMN things.size IS 'new'`, 'alter-column things.size (comment)'),
];

const newer: readonly SeededChange[] = [
  {
    ...seeded(
      'NOT NULL that is NOT VALID',
      [
        'ALTER TABLE events ALTER kind DROP NOT NULL',
        'ALTER TABLE events ADD CONSTRAINT kind_there NOT NULL kind NOT VALID',
      ],
      'alter-column events.kind (nullable)',
    ),
    since: 18,
  },
  {
    ...thing(
      'a computed value that is not stored',
      'DROP loud, ADD loud text GENERATED ALWAYS AS (label || label) VIRTUAL',
      'alter-column things.loud (generated, storage)',
    ),
    since: 18,
  },
];

/** Columns. */
export const postgresColumnCases: readonly SeededChange[] = [...types, ...columns, ...newer];
