import { seeded, type SeededChange } from './seeded-change.js';

type Constraint = readonly [table: string, name: string];

/** Replaces a constraint by another one of the same name. */
function replaced(
  title: string,
  [[table, name], definition]: readonly [Constraint, string],
  aspects: string,
): SeededChange {
  const word = /^(PRIMARY KEY|UNIQUE|FOREIGN KEY|CHECK|EXCLUDE)/.exec(definition)?.[1] ?? '';
  const part = word === 'EXCLUDE' ? 'exclusion' : word.toLowerCase().replace(' ', '-');
  const sql = [
    `ALTER TABLE ${table} DROP CONSTRAINT ${name}`,
    `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`,
  ];
  return seeded(title, sql, `alter-${part} ${table}.${name} (${aspects})`);
}

const dropped = (title: string, [table, name]: Constraint, part: string): SeededChange =>
  seeded(title, `ALTER TABLE ${table} DROP CONSTRAINT ${name}`, `add-${part} ${table}.${name}`);

const renamed = (title: string, [table, name]: Constraint, part: string): SeededChange =>
  seeded(
    title,
    `ALTER TABLE ${table} RENAME CONSTRAINT ${name} TO other`,
    `alter-${part} ${table}.${name} (name)`,
  );

const added = (title: string, [table, definition]: Constraint, part: string): SeededChange =>
  seeded(title, `ALTER TABLE ${table} ADD CONSTRAINT extra ${definition}`, `drop-${part} ${table}.extra`);

const NIGHT: Constraint = ['stays', 'stays_pk'];
const PLACE: Constraint = ['rooms', 'rooms_place_key'];
const NUMBER: Constraint = ['rooms', 'rooms_number_key'];
const keys: readonly SeededChange[] = [
  renamed('a renamed primary key', ['things', 'things_pk'], 'primary-key'),
  renamed('a renamed primary key of two columns', ['rooms', 'rooms_pk'], 'primary-key'),
  dropped('a primary key gone', ['events', 'events_pk'], 'primary-key'),
  replaced('other order of a primary key', [NIGHT, 'PRIMARY KEY (night, bed)'], 'columns'),
  replaced('a primary key of fewer columns', [NIGHT, 'PRIMARY KEY (bed)'], 'columns'),
  replaced('a primary key of more columns', [NIGHT, 'PRIMARY KEY (bed, night, guest)'], 'columns'),
  replaced(
    'a primary key that includes a column',
    [NIGHT, 'PRIMARY KEY (bed, night) INCLUDE (guest)'],
    'include',
  ),
  replaced(
    'a primary key that can be deferred',
    [NIGHT, 'PRIMARY KEY (bed, night) DEFERRABLE'],
    'deferrable',
  ),
  renamed('a renamed unique constraint', PLACE, 'unique'),
  dropped('a unique constraint gone', PLACE, 'unique'),
  dropped('a unique constraint of another schema gone', ['audit.entries', 'entries_text_key'], 'unique'),
  added('a unique constraint come', ['rooms', 'UNIQUE (size)'], 'unique'),
  added('the same unique constraint twice', ['rooms', 'UNIQUE (house, kind)'], 'unique'),
  replaced('other order of a unique constraint', [PLACE, 'UNIQUE (kind, house)'], 'columns'),
  replaced('a unique constraint of fewer columns', [PLACE, 'UNIQUE (kind)'], 'columns'),
  replaced('a unique constraint of more columns', [PLACE, 'UNIQUE (house, kind, number)'], 'columns'),
  replaced(
    'a unique constraint that includes a column',
    [PLACE, 'UNIQUE (house, kind) INCLUDE (size)'],
    'include',
  ),
  replaced(
    'a unique constraint that can be deferred',
    [PLACE, 'UNIQUE (house, kind) DEFERRABLE'],
    'deferrable',
  ),
  replaced('a unique constraint that cannot be deferred', [NUMBER, 'UNIQUE (number)'], 'deferrable'),
  replaced(
    'a unique constraint that is not deferred at first',
    [NUMBER, 'UNIQUE (number) DEFERRABLE'],
    'deferrable',
  ),
];

const ROOM: Constraint = ['beds', 'beds_room_fk'];
const THING: Constraint = ['beds', 'beds_thing_fk'];
const SPARE: Constraint = ['beds', 'beds_spare_fk'];
const toRoom = (rest: string): string => `FOREIGN KEY (house, floor) REFERENCES rooms (house, floor) ${rest}`;
const CASCADES = 'ON DELETE CASCADE ON UPDATE CASCADE';
const foreignKeys: readonly SeededChange[] = [
  renamed('a renamed foreign key', ROOM, 'foreign-key'),
  dropped('a foreign key gone', SPARE, 'foreign-key'),
  added('a foreign key come', ['stays', 'FOREIGN KEY (bed) REFERENCES things'], 'foreign-key'),
  added(
    'a foreign key to the table itself',
    ['things', 'FOREIGN KEY (size) REFERENCES things'],
    'foreign-key',
  ),
  replaced('a foreign key of another column', [SPARE, 'FOREIGN KEY (floor) REFERENCES things'], 'columns'),
  replaced(
    'other order of both sides of a foreign key',
    [ROOM, `FOREIGN KEY (floor, house) REFERENCES rooms (floor, house) ${CASCADES}`],
    'columns, references',
  ),
  replaced(
    'columns of a foreign key crossed',
    [ROOM, `FOREIGN KEY (floor, house) REFERENCES rooms (house, floor) ${CASCADES}`],
    'columns',
  ),
  replaced(
    'another target of a foreign key',
    [SPARE, 'FOREIGN KEY (spare_id) REFERENCES audit.entries (id)'],
    'table',
  ),
  replaced(
    'another column of the target',
    [SPARE, 'FOREIGN KEY (spare_id) REFERENCES things (number)'],
    'references',
  ),
  replaced('another action ON DELETE', [ROOM, toRoom('ON DELETE SET NULL ON UPDATE CASCADE')], 'onDelete'),
  replaced('no action ON DELETE', [ROOM, toRoom('ON UPDATE CASCADE')], 'onDelete'),
  replaced(
    'RESTRICT where there was no action',
    [SPARE, 'FOREIGN KEY (spare_id) REFERENCES things ON DELETE RESTRICT'],
    'onDelete',
  ),
  replaced('another action ON UPDATE', [ROOM, toRoom('ON DELETE CASCADE ON UPDATE SET DEFAULT')], 'onUpdate'),
  replaced('no action ON UPDATE', [ROOM, toRoom('ON DELETE CASCADE')], 'onUpdate'),
  replaced(
    'a foreign key that can be deferred',
    [SPARE, 'FOREIGN KEY (spare_id) REFERENCES things DEFERRABLE'],
    'deferrable',
  ),
  seeded(
    'a foreign key that cannot be deferred',
    'ALTER TABLE beds ALTER CONSTRAINT beds_thing_fk NOT DEFERRABLE',
    'alter-foreign-key beds.beds_thing_fk (deferrable)',
  ),
  seeded(
    'a foreign key that is not deferred at first',
    'ALTER TABLE beds ALTER CONSTRAINT beds_thing_fk DEFERRABLE INITIALLY IMMEDIATE',
    'alter-foreign-key beds.beds_thing_fk (deferrable)',
  ),
  replaced('a foreign key NOT VALID', [ROOM, toRoom(`${CASCADES} NOT VALID`)], 'validated'),
  replaced('a foreign key MATCH FULL', [ROOM, toRoom(`MATCH FULL ${CASCADES}`)], 'match'),
  replaced(
    'three aspects of a foreign key',
    [THING, 'FOREIGN KEY (thing_id) REFERENCES things NOT VALID'],
    'onDelete, deferrable, validated',
  ),
];

const SIZE: Constraint = ['rooms', 'rooms_size_check'];
const KIND: Constraint = ['rooms', 'rooms_kind_check'];
const SPAN: Constraint = ['rooms', 'rooms_span_check'];
const checks: readonly SeededChange[] = [
  renamed('a renamed check', SIZE, 'check'),
  dropped('a check gone', SIZE, 'check'),
  added('a check come', ['stays', `CHECK (guest <> '')`], 'check'),
  added('the same check twice', ['rooms', 'CHECK (size > 0 AND size <= 500)'], 'check'),
  replaced('>= for >', [SIZE, 'CHECK (size >= 0 AND size <= 500)'], 'expression'),
  replaced('< for <=', [SIZE, 'CHECK (size > 0 AND size < 500)'], 'expression'),
  replaced('OR for AND', [SIZE, 'CHECK (size > 0 OR size <= 500)'], 'expression'),
  replaced('another number', [SIZE, 'CHECK (size > 0 AND size <= 501)'], 'expression'),
  replaced('half of a check', [SIZE, 'CHECK (size > 0)'], 'expression'),
  replaced('another column in a check', [SIZE, 'CHECK (number > 0 AND size <= 500)'], 'expression'),
  replaced('a value more in a list', [KIND, `CHECK (kind IN ('bed', 'bath', 'hall'))`], 'expression'),
  replaced('a value less in a list', [KIND, `CHECK (kind IN ('bed'))`], 'expression'),
  replaced('a value in other case', [KIND, `CHECK (kind IN ('bed', 'Bath'))`], 'expression'),
  replaced('a list negated', [KIND, `CHECK (kind NOT IN ('bed', 'bath'))`], 'expression'),
  replaced('a condition turned round', [SPAN, 'CHECK (opened IS NOT NULL OR closed > opened)'], 'expression'),
  replaced('a check NOT VALID', [SIZE, 'CHECK (size > 0 AND size <= 500) NOT VALID'], 'validated'),
  replaced(
    'a check that is another one and NOT VALID',
    [SIZE, 'CHECK (size > 1) NOT VALID'],
    'expression, validated',
  ),
];

const OVERLAP: Constraint = ['rooms', 'rooms_no_overlap'];
const exclusions: readonly SeededChange[] = [
  renamed('a renamed exclusion constraint', OVERLAP, 'exclusion'),
  dropped('an exclusion constraint gone', OVERLAP, 'exclusion'),
  added('an exclusion constraint come', ['events', 'EXCLUDE USING gist (area WITH &&)'], 'exclusion'),
  replaced(
    'another method of an exclusion constraint',
    [['rooms', 'rooms_no_twin'], 'EXCLUDE USING hash (number WITH =)'],
    'method',
  ),
  replaced(
    'another operator of an exclusion constraint',
    [OVERLAP, `EXCLUDE USING gist (house WITH =, used WITH =) WHERE (kind = 'bed')`],
    'elements',
  ),
  replaced(
    'another column of an exclusion constraint',
    [OVERLAP, `EXCLUDE USING gist (floor WITH =, used WITH &&) WHERE (kind = 'bed')`],
    'elements',
  ),
  replaced(
    'an exclusion constraint of fewer columns',
    [OVERLAP, `EXCLUDE USING gist (used WITH &&) WHERE (kind = 'bed')`],
    'elements',
  ),
  replaced(
    'another predicate of an exclusion constraint',
    [OVERLAP, `EXCLUDE USING gist (house WITH =, used WITH &&) WHERE (kind = 'bath')`],
    'where',
  ),
  replaced(
    'an exclusion constraint without its predicate',
    [OVERLAP, 'EXCLUDE USING gist (house WITH =, used WITH &&)'],
    'where',
  ),
  replaced(
    'an exclusion constraint that can be deferred',
    [
      OVERLAP,
      `EXCLUDE USING gist (house WITH =, used WITH &&) WHERE (kind = 'bed') DEFERRABLE INITIALLY DEFERRED`,
    ],
    'deferrable',
  ),
];

const SINCE_15 = { since: 15 };
const SINCE_18 = { since: 18 };
const newer: readonly SeededChange[] = [
  {
    ...replaced('nulls that are not distinct', [PLACE, 'UNIQUE NULLS NOT DISTINCT (house, kind)'], 'nulls'),
    ...SINCE_15,
  },
  {
    ...replaced(
      'a foreign key NOT ENFORCED',
      [SPARE, 'FOREIGN KEY (spare_id) REFERENCES things NOT ENFORCED'],
      'validated, enforced',
    ),
    ...SINCE_18,
  },
  {
    ...replaced(
      'a check NOT ENFORCED',
      [SIZE, 'CHECK (size > 0 AND size <= 500) NOT ENFORCED'],
      'validated, enforced',
    ),
    ...SINCE_18,
  },
  replaced('a check NO INHERIT', [SIZE, 'CHECK (size > 0 AND size <= 500) NO INHERIT'], 'inherited'),
  {
    ...replaced(
      'ON DELETE SET NULL of a column',
      [
        THING,
        'FOREIGN KEY (thing_id) REFERENCES things ON DELETE SET NULL (thing_id) DEFERRABLE INITIALLY DEFERRED',
      ],
      'setColumns',
    ),
    since: 15,
  },
];

/** Keys, foreign keys, checks and exclusion constraints. */
export const postgresConstraintCases: readonly SeededChange[] = [
  ...keys,
  ...foreignKeys,
  ...checks,
  ...exclusions,
  ...newer,
];
