import { rebuilt, type SeededFile } from './seeded-file.js';

type Edit = readonly [from: string, to: string];

const room = (title: string, [from, to]: Edit, reported: string): SeededFile =>
  rebuilt(title, ['rooms', from, to], reported);

const bed = (title: string, [from, to]: Edit, reported: string): SeededFile =>
  rebuilt(title, ['beds', from, to], reported);

const keys: readonly SeededFile[] = [
  room(
    'other order of a primary key',
    ['KEY ("house", "floor")', 'KEY ("floor", "house")'],
    'alter-primary-key rooms.primary key (columns)',
  ),
  room(
    'a primary key of fewer columns',
    ['KEY ("house", "floor")', 'KEY ("house")'],
    'alter-primary-key rooms.primary key (columns)',
  ),
  room(
    'a primary key of more columns',
    ['KEY ("house", "floor")', 'KEY ("house", "floor", "number")'],
    'alter-primary-key rooms.primary key (columns)',
  ),
  room('a primary key gone', [', PRIMARY KEY ("house", "floor")', ''], 'add-primary-key rooms.primary key'),
  room(
    'a renamed unique constraint',
    ['rooms_place_key', 'other'],
    'alter-unique rooms.rooms_place_key (name)',
  ),
  room(
    'a unique constraint without its name',
    ['CONSTRAINT "rooms_place_key" ', ''],
    'alter-unique rooms.rooms_place_key (name)',
  ),
  room(
    'a unique constraint gone',
    ['CONSTRAINT "rooms_number_key" UNIQUE ("number"), ', ''],
    'add-unique rooms.rooms_number_key',
  ),
  room(
    'a unique constraint come',
    ['PRIMARY KEY', 'CONSTRAINT "extra" UNIQUE ("size"), PRIMARY KEY'],
    'drop-unique rooms.extra',
  ),
  room('a unique column', ['"size" integer', '"size" integer UNIQUE'], 'drop-unique rooms.(size)'),
  room(
    'the same unique constraint twice',
    ['PRIMARY KEY', 'CONSTRAINT "extra" UNIQUE ("number"), PRIMARY KEY'],
    'drop-unique rooms.extra',
  ),
  room(
    'the same unique constraint twice, the other first',
    ['CONSTRAINT "rooms_number_key"', 'CONSTRAINT "extra" UNIQUE ("number"), CONSTRAINT "rooms_number_key"'],
    'drop-unique rooms.extra',
  ),
  room(
    'other order of a unique constraint',
    ['UNIQUE ("house", "kind")', 'UNIQUE ("kind", "house")'],
    'alter-unique rooms.rooms_place_key (columns)',
  ),
  room(
    'a unique constraint of fewer columns',
    ['UNIQUE ("house", "kind")', 'UNIQUE ("kind")'],
    'alter-unique rooms.rooms_place_key (columns)',
  ),
  room(
    'a unique constraint of more columns',
    ['UNIQUE ("house", "kind")', 'UNIQUE ("house", "kind", "size")'],
    'alter-unique rooms.rooms_place_key (columns)',
  ),
];

const ROOM = 'FOREIGN KEY ("house", "floor") REFERENCES "rooms" ("house", "floor")';
const SPARE =
  'CONSTRAINT "beds_spare_fk" FOREIGN KEY ("spare_id") REFERENCES "things" ("id") ON DELETE NO ACTION ON UPDATE NO ACTION';
const foreignKeys: readonly SeededFile[] = [
  bed('a renamed foreign key', ['beds_spare_fk', 'other'], 'alter-foreign-key beds.beds_spare_fk (name)'),
  bed(
    'a foreign key without its name',
    ['CONSTRAINT "beds_spare_fk" ', ''],
    'alter-foreign-key beds.beds_spare_fk (name)',
  ),
  bed('a foreign key gone', [`, ${SPARE}`, ''], 'add-foreign-key beds.beds_spare_fk'),
  bed(
    'a foreign key come',
    [SPARE, `${SPARE}, CONSTRAINT "extra" FOREIGN KEY ("floor") REFERENCES "things"`],
    'drop-foreign-key beds.extra',
  ),
  bed(
    'the same foreign key twice',
    [SPARE, `${SPARE}, CONSTRAINT "extra" FOREIGN KEY ("spare_id") REFERENCES "things"`],
    'drop-foreign-key beds.extra',
  ),
  bed(
    'a foreign key of a column',
    ['"floor" integer', '"floor" integer CONSTRAINT "extra" REFERENCES "things"'],
    'drop-foreign-key beds.extra',
  ),
  bed(
    'a foreign key of another column',
    ['FOREIGN KEY ("spare_id")', 'FOREIGN KEY ("floor")'],
    'alter-foreign-key beds.beds_spare_fk (columns)',
  ),
  bed(
    'columns of a foreign key crossed',
    [ROOM, ROOM.replace('"house", "floor"', '"floor", "house"')],
    'alter-foreign-key beds.beds_room_fk (columns)',
  ),
  bed(
    'another target of a foreign key',
    [SPARE, SPARE.replace('things', 'counters')],
    'alter-foreign-key beds.beds_spare_fk (table)',
  ),
  bed(
    'another column of the target',
    [SPARE, SPARE.replace('"id"', '"size"')],
    'alter-foreign-key beds.beds_spare_fk (references)',
  ),
  bed(
    'another action ON DELETE',
    ['ON DELETE CASCADE', 'ON DELETE SET NULL'],
    'alter-foreign-key beds.beds_room_fk (onDelete)',
  ),
  bed('no action ON DELETE', ['ON DELETE CASCADE ', ''], 'alter-foreign-key beds.beds_room_fk (onDelete)'),
  bed(
    'RESTRICT where there was no action',
    [SPARE, SPARE.replace('DELETE NO ACTION', 'DELETE RESTRICT')],
    'alter-foreign-key beds.beds_spare_fk (onDelete)',
  ),
  bed(
    'another action ON UPDATE',
    ['ON UPDATE CASCADE', 'ON UPDATE SET DEFAULT'],
    'alter-foreign-key beds.beds_room_fk (onUpdate)',
  ),
  bed('no action ON UPDATE', [' ON UPDATE CASCADE', ''], 'alter-foreign-key beds.beds_room_fk (onUpdate)'),
  bed(
    'a foreign key that can be deferred',
    [SPARE, `${SPARE} DEFERRABLE`],
    'alter-foreign-key beds.beds_spare_fk (deferrable)',
  ),
  bed(
    'a foreign key that cannot be deferred',
    [' DEFERRABLE INITIALLY DEFERRED', ''],
    'alter-foreign-key beds.beds_thing_fk (deferrable)',
  ),
  bed(
    'a foreign key that is not deferred at first',
    ['INITIALLY DEFERRED', 'INITIALLY IMMEDIATE'],
    'alter-foreign-key beds.beds_thing_fk (deferrable)',
  ),
  bed(
    'two aspects of a foreign key',
    [
      'ON DELETE SET NULL ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED',
      'ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED',
    ],
    'alter-foreign-key beds.beds_thing_fk (onDelete, onUpdate)',
  ),
];

const SIZE = '"size" > 0 AND "size" <= 500';
const SIZE_CHANGED = 'alter-check rooms.rooms_size_check (expression)';
const KIND = `"kind" IN ('bed', 'bath')`;
const KIND_CHANGED = 'alter-check rooms.rooms_kind_check (expression)';
const SPAN_CHANGED = 'alter-check rooms.rooms_span_check (expression)';
const STATES = `"state" IN ('new','open','closed')`;
const states = (title: string, values: string): SeededFile =>
  rebuilt(title, ['things', STATES, `"state" IN (${values})`], `alter-check things.${STATES} (expression)`);

const checks: readonly SeededFile[] = [
  room('a renamed check', ['rooms_size_check', 'other'], 'alter-check rooms.rooms_size_check (name)'),
  room(
    'a check without its name',
    ['CONSTRAINT "rooms_size_check" ', ''],
    'alter-check rooms.rooms_size_check (name)',
  ),
  room(
    'a check gone',
    [`CONSTRAINT "rooms_size_check" CHECK (${SIZE}), `, ''],
    'add-check rooms.rooms_size_check',
  ),
  room(
    'a check come',
    ['PRIMARY KEY', 'CONSTRAINT "extra" CHECK ("floor" > 0), PRIMARY KEY'],
    'drop-check rooms.extra',
  ),
  room(
    'a check of a column come',
    ['"floor" integer', '"floor" integer CHECK (floor > 0)'],
    'drop-check rooms.floor > 0',
  ),
  room(
    'the same check twice',
    ['PRIMARY KEY', `CONSTRAINT "extra" CHECK (${SIZE}), PRIMARY KEY`],
    'drop-check rooms.extra',
  ),
  room(
    'another check of the same name',
    ['PRIMARY KEY', 'CONSTRAINT "rooms_size_check" CHECK ("floor" > 0), PRIMARY KEY'],
    'drop-check rooms.rooms_size_check',
  ),
  room('>= for >', [SIZE, '"size" >= 0 AND "size" <= 500'], SIZE_CHANGED),
  room('< for <=', [SIZE, '"size" > 0 AND "size" < 500'], SIZE_CHANGED),
  room('OR for AND', [SIZE, '"size" > 0 OR "size" <= 500'], SIZE_CHANGED),
  room('another number', [SIZE, '"size" > 0 AND "size" <= 501'], SIZE_CHANGED),
  room('half of a check', [SIZE, '"size" > 0'], SIZE_CHANGED),
  room('another column in a check', [SIZE, '"number" > 0 AND "size" <= 500'], SIZE_CHANGED),
  room('a text for a column', [SIZE, `'size' > 0 AND "size" <= 500`], SIZE_CHANGED),
  room('a value more in a list', [KIND, `"kind" IN ('bed', 'bath', 'hall')`], KIND_CHANGED),
  room('a value less in a list', [KIND, `"kind" IN ('bed')`], KIND_CHANGED),
  room('a value in other case', [KIND, `"kind" IN ('bed', 'Bath')`], KIND_CHANGED),
  room('a list negated', [KIND, `"kind" NOT IN ('bed', 'bath')`], KIND_CHANGED),
  room('a condition turned round', ['"opened" IS NULL', '"opened" IS NOT NULL'], SPAN_CHANGED),
  room(
    'other parentheses that mean something else',
    ['"opened" IS NULL OR "closed" > "opened"', '("opened" IS NULL OR "closed") > "opened"'],
    SPAN_CHANGED,
  ),
  states('a value more in a simple enum', `'new','open','closed','lost'`),
  states('a value less in a simple enum', `'new','open'`),
  states('a renamed value in a simple enum', `'new','ajar','closed'`),
  rebuilt(
    'a simple enum without its check',
    ['things', ` CHECK( ${STATES} )`, ''],
    `add-check things.${STATES}`,
  ),
];

/** Keys, foreign keys and checks. */
export const sqliteConstraintCases: readonly SeededFile[] = [...keys, ...foreignKeys, ...checks];
