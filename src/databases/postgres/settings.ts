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
 * Settings on which it depends what a constant means and how a value is written as a text: '2024-01-02' is another
 * instant in another time zone, '01/02/2024' another day. `lc_numeric`, `lc_time` and `default_text_search_config` are
 * not among them: only an expression that asks for the language of the database reads them. A generated revision is executed under these, under which it was verified and under which `check` reads;
 * one written by hand under those of the database.
 */
export const CONSTANTS: readonly (readonly [name: string, value: string])[] = [
  ['TimeZone', 'UTC'],
  ['DateStyle', 'ISO, MDY'],
  ['IntervalStyle', 'postgres'],
  ['extra_float_digits', '1'],
  ['bytea_output', 'hex'],
  ['xmlbinary', 'base64'],
  // Conversions of money run under that of the database: it decides how many digits its values have.
  ['lc_monetary', 'C'],
];
