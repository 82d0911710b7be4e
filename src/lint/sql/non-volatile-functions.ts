/**
 * Functions of PostgreSQL that give one value for a whole statement, by name, in every form that they have; those that
 * defaults are made of. `SELECT proname FROM pg_proc WHERE provolatile = 'v'` has none of them, and a test asks a
 * server.
 */
const NAMES = `
  abs age array_append array_cat array_fill array_length array_position array_prepend array_remove array_to_json
  array_to_string ascii btrim cardinality cbrt ceil ceiling char_length character_length chr concat concat_ws
  convert convert_from convert_to current_database current_schema current_schemas current_setting current_user
  date date_bin date_part date_trunc daterange decode degrees div encode exp extract factorial floor format
  format_type gcd get_bit get_byte hashtext host inet_client_addr inet_server_addr initcap int4range int8range
  isfinite json_array_length json_build_array json_build_object json_object jsonb_array_length jsonb_build_array
  jsonb_build_object jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_pretty jsonb_set
  jsonb_strip_nulls jsonb_typeof justify_days justify_hours justify_interval lcm left length ln log lower lpad
  ltrim make_date make_interval make_time make_timestamp make_timestamptz masklen md5 mod now numrange
  octet_length overlay parse_ident pi point position power quote_ident quote_literal quote_nullable radians
  regexp_replace repeat replace reverse right round row_to_json rpad rtrim scale session_user sha224 sha256 sha384
  sha512 sign split_part sqrt starts_with statement_timestamp strpos substr substring text timezone to_ascii
  to_char to_date to_hex to_json to_jsonb to_number to_timestamp transaction_timestamp translate trim_scale trunc
  tsrange tstzrange upper width_bucket
`;

/** The same of the extensions that a generated revision installs, with the schema of the extension or without. */
export const OF_EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  citext: ['citext'],
  cube: ['cube'],
  hstore: ['hstore'],
  ltree: ['text2ltree'],
  'uuid-ossp': ['uuid_nil', 'uuid_ns_dns', 'uuid_ns_oid', 'uuid_ns_url', 'uuid_ns_x500'],
};

/** All of them as a set. */
export const NON_VOLATILE: ReadonlySet<string> = new Set([
  ...NAMES.trim().split(/\s+/),
  ...Object.values(OF_EXTENSIONS).flat(),
]);
