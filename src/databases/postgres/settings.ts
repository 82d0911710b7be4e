/**
 * Settings, and their values, on which it depends what a statement means, or whether it can be read at all. A revision
 * is executed under these values, in an offline script too, whatever the database, the role or the connection have.
 */
export const MEANING: readonly (readonly [name: string, value: string])[] = [
  ['standard_conforming_strings', 'on'],
  ['backslash_quote', 'safe_encoding'],
  ['transform_null_equals', 'off'],
  ['array_nulls', 'on'],
  ['xmloption', 'content'],
];

/**
 * Settings on which the values of constants depend: '2024-01-02' is another instant in another time zone, '01/02/2024'
 * another day. A generated revision is executed under these, under which it was verified and under which `check` reads;
 * one written by hand under those of the database.
 */
export const CONSTANTS: readonly (readonly [name: string, value: string])[] = [
  ['TimeZone', 'UTC'],
  ['DateStyle', 'ISO, MDY'],
  ['IntervalStyle', 'postgres'],
  ['lc_monetary', 'C'],
];
