import { revision } from './revisions.js';

/** Makes a table with a row. */
export const GAUGES = revision(
  'MakeGauges1800000000351',
  [
    'CREATE TABLE gauges (id integer PRIMARY KEY, reading integer NOT NULL)',
    'INSERT INTO gauges VALUES (1, 11)',
  ],
  ['DROP TABLE gauges'],
);

/** Makes another one, and alters the first. */
export const ALTER = revision(
  'AddUnit1800000000352',
  ['CREATE TABLE units (id integer)', 'ALTER TABLE gauges ADD COLUMN unit integer'],
  [],
);

/** The names of the two, in order. */
export const BOTH = ['MakeGauges1800000000351', 'AddUnit1800000000352'];
