import { seeded, type SeededChange } from './seeded-change.js';

const tables: readonly SeededChange[] = [
  seeded('a dropped table', 'DROP TABLE events', 'create-table events.events'),
  seeded(
    'a dropped table of another schema',
    'DROP TABLE audit.entries',
    'create-table audit.entries.audit.entries',
  ),
  seeded(
    'a table gone UNLOGGED',
    'ALTER TABLE events SET UNLOGGED',
    'alter-table events.events (persistence)',
  ),
  seeded(
    'another comment of a table',
    `COMMENT ON TABLE things IS 'else'`,
    'alter-table things.things (comment)',
  ),
  seeded(
    'a comment of a table gone',
    'COMMENT ON TABLE things IS NULL',
    'alter-table things.things (comment)',
  ),
  seeded(
    'a comment of a table come',
    `COMMENT ON TABLE events IS 'new'`,
    'alter-table events.events (comment)',
  ),
];

const enums: readonly SeededChange[] = [
  seeded('a value more', `ALTER TYPE thing_state ADD VALUE 'lost'`, 'alter-enum thing_state (values)'),
  seeded(
    'a value more in the middle',
    `ALTER TYPE thing_state ADD VALUE 'lost' BEFORE 'open'`,
    'alter-enum thing_state (values)',
  ),
  seeded(
    'a renamed value',
    `ALTER TYPE thing_state RENAME VALUE 'open' TO 'ajar'`,
    'alter-enum thing_state (values)',
  ),
  seeded(
    'a value less',
    [
      'ALTER TYPE thing_colour RENAME TO gone',
      `CREATE TYPE thing_colour AS ENUM ('red')`,
      'ALTER TABLE things ALTER colours TYPE thing_colour[] USING NULL',
      'DROP TYPE gone',
    ],
    'alter-enum thing_colour (values)',
  ),
  seeded(
    'another order',
    [
      'ALTER TYPE thing_colour RENAME TO gone',
      `CREATE TYPE thing_colour AS ENUM ('green', 'red')`,
      'ALTER TABLE things ALTER colours TYPE thing_colour[] USING NULL',
      'DROP TYPE gone',
    ],
    'alter-enum thing_colour (values)',
  ),
  seeded(
    'a value in other case',
    `ALTER TYPE thing_colour RENAME VALUE 'red' TO 'Red'`,
    'alter-enum thing_colour (values)',
  ),
  seeded(
    'a value more in another schema',
    `ALTER TYPE audit.entry_weight ADD VALUE 'middle'`,
    'alter-enum audit.entry_weight (values)',
  ),
];

/** Tables and enumerated types. */
export const postgresTableCases: readonly SeededChange[] = [...tables, ...enums];
