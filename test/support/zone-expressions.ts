/** Expressions that make instants of the timestamps of `since`, and that do not depend on the session. */
export const ZONE_FREE: readonly string[] = [
  `"since" AT TIME ZONE 'Europe/Berlin'`,
  `timezone('UTC', "since")`,
  `pg_catalog.timezone('UTC', ("since" + interval '1 hour'))`,
  `"since"::text::timestamp AT TIME ZONE 'UTC'`,
  `("since"::text || '+00')::timestamptz`,
  `("since"::text || ' Europe/Berlin')::timestamptz`,
  `to_timestamp(extract(epoch FROM "since"))`,
  `CAST("since"::date AS timestamp) AT TIME ZONE 'UTC'`,
  `coalesce("since" AT TIME ZONE 'UTC', '2024-01-01 00:00:00Z')`,
  `CASE WHEN "since" > '2024-01-01' THEN "since" AT TIME ZONE 'UTC' END`,
  `to_timestamp("since"::text || ' +00', 'YYYY-MM-DD HH24:MI:SS TZH')`,
  `("since" AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin'`,
  `make_timestamptz(2024, 1, 1, 0, 0, 0, 'UTC')`,
];

/** The same, but the session decides. */
export const ZONE_READ: readonly string[] = [
  `to_timestamp("since"::text, 'YYYY-MM-DD HH24:MI:SS')::timestamp AT TIME ZONE 'UTC'`,
  `"since"::text::timestamptz`,
  `"since"::date::timestamptz`,
  `"since"::date`,
  `"since"::date AT TIME ZONE 'UTC' AT TIME ZONE 'UTC'`,
  `"since" AT TIME ZONE current_setting('TimeZone')`,
  `timezone(current_setting('timezone'), "since")`,
  `timestamptz("since")`,
  `coalesce("since", '2024-01-01')`,
  `CASE WHEN "since" > '2024-01-01' THEN "since" ELSE "since" AT TIME ZONE 'UTC' END`,
  `"since" + interval '1 hour'`,
  `to_timestamp("since"::text, 'YYYY-MM-DD HH24:MI:SS')`,
  `("since"::timestamptz)::timestamp AT TIME ZONE 'UTC' + interval '0'`,
  `to_char("since"::timestamptz, 'YYYY-MM-DD HH24:MI:SS')::timestamp AT TIME ZONE 'UTC'`,
  `make_timestamptz(2024, 1, 1, 0, 0, 0)`,
  `nullif("since", '2024-01-01')`,
];
