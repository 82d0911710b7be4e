/** The block that goes through a table in batches, as lint prints it. */
export function batches(table: string, change: string, left: string | null): string {
  const [, verb = '', rest = ''] = /^(UPDATE|DELETE FROM) "[^"]*"(.*)$/.exec(change) ?? [];
  const places = `WHERE ctid OPERATOR(pg_catalog.>=) '(%2$s,0)' AND ctid OPERATOR(pg_catalog.<) '(%3$s,0)'`;
  const rows = `FROM ONLY %1$s AS "${table}" ${places}${left === null ? '' : ` AND ${left}`}`;
  const lock = left === null ? 'UPDATE' : 'NO KEY UPDATE';
  const sql = `WITH written AS (${verb} ONLY %1$s AS "${table}"${rest}
        WHERE ctid OPERATOR(pg_catalog.=) ANY (ARRAY(SELECT ctid ${rows} FOR ${lock} SKIP LOCKED))
        RETURNING ${left ?? 'false'} AS is_left)
        SELECT pg_catalog.count(*) FILTER (WHERE NOT is_left), (SELECT pg_catalog.count(*) ${rows}) OPERATOR(pg_catalog.-) pg_catalog.count(*) FROM written`;
  return `-- alone in a revision with transaction = false:
DO $batches$ DECLARE
  root CONSTANT pg_catalog.regclass := '"${table}"';
  leaf pg_catalog.regclass;
  written bigint;
  skipped bigint;
  passed bigint;
  missed bigint;
BEGIN
FOR pass IN 1..10 LOOP
  passed := 0;
  missed := 0;
  FOREACH leaf IN ARRAY ARRAY(
    WITH RECURSIVE tree (relid) AS (
      SELECT root::pg_catalog.oid UNION SELECT inhrelid FROM pg_catalog.pg_inherits JOIN tree ON inhparent OPERATOR(pg_catalog.=) relid)
    SELECT oid FROM tree JOIN pg_catalog.pg_class ON oid OPERATOR(pg_catalog.=) relid WHERE relkind OPERATOR(pg_catalog.=) 'r' ORDER BY oid) LOOP
  FOR first_page IN 0..coalesce(pg_catalog.pg_relation_size(leaf) OPERATOR(pg_catalog./) pg_catalog.current_setting('block_size')::bigint, -1) BY 100 LOOP
    BEGIN
      EXECUTE pg_catalog.format($sql$${sql}$sql$, leaf, first_page, first_page OPERATOR(pg_catalog.+) 100) INTO written, skipped;
    EXCEPTION WHEN serialization_failure THEN
      written := 0;
      skipped := 1;
    WHEN undefined_table OR syntax_error THEN
      IF pg_catalog.pg_table_is_visible(leaf) IS NOT NULL THEN RAISE; END IF;
      written := 0;
      skipped := 0;
    END;
    passed := passed OPERATOR(pg_catalog.+) written;
    missed := missed OPERATOR(pg_catalog.+) skipped;
    COMMIT;
  END LOOP;
  END LOOP;
  EXIT WHEN missed OPERATOR(pg_catalog.=) 0${left === null ? '' : ' AND passed OPERATOR(pg_catalog.=) 0'};
  IF passed OPERATOR(pg_catalog.=) 0 THEN PERFORM pg_catalog.pg_sleep(0.25); END IF;
END LOOP;
IF missed OPERATOR(pg_catalog.>) 0 THEN
  RAISE EXCEPTION '% rows of % are left: other sessions lock them, or a trigger or a policy protects them. All others are done. Run the block again.', missed, root;
END IF;
END $batches$;`;
}

/** A trigger that fills a column, as lint prints it. */
export function mirror(table: string, column: string, ...body: readonly string[]): string {
  return [
    `CREATE FUNCTION "${table}_${column}"() RETURNS trigger LANGUAGE plpgsql AS $mirror$ BEGIN`,
    ...body.map((line) => `  ${line}`),
    '  RETURN NEW;',
    'END $mirror$;',
    `CREATE TRIGGER "${table}_${column}" BEFORE INSERT OR UPDATE ON "${table}" FOR EACH ROW EXECUTE FUNCTION "${table}_${column}"();`,
  ].join('\n');
}
