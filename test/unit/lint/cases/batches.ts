/** The block that goes through a table in batches, as lint prints it. */
export function batches(table: string, change: string, left: string | null): string {
  const [, verb = '', rest = ''] = /^(UPDATE|DELETE FROM) "[^"]*"(.*)$/.exec(change) ?? [];
  const update = `${verb} ONLY %1$s AS "${table}"${rest}`;
  const places = `WHERE ctid OPERATOR(pg_catalog.>=) '(%2$s,0)' AND ctid OPERATOR(pg_catalog.<) '(%3$s,0)'`;
  const sql =
    left === null
      ? `${update} ${places}`
      : `WITH written AS (${update}\n        ${places} AND ${left}\n        RETURNING ${left} AS is_left) SELECT pg_catalog.count(*) FROM written WHERE NOT is_left`;
  const isOnce = left === null;
  return [
    '-- alone in a revision with transaction = false:',
    'DO $batches$ DECLARE',
    `  root CONSTANT pg_catalog.regclass := '"${table}"';`,
    '  leaf pg_catalog.regclass;',
    ...(isOnce ? [] : ['  written bigint;', '  passed bigint;']),
    'BEGIN',
    ...(isOnce ? [] : ['LOOP', '  passed := 0;']),
    '  FOREACH leaf IN ARRAY ARRAY(',
    '    WITH RECURSIVE tree (relid) AS (',
    '      SELECT root::pg_catalog.oid UNION SELECT inhrelid FROM pg_catalog.pg_inherits JOIN tree ON inhparent OPERATOR(pg_catalog.=) relid)',
    `    SELECT oid FROM tree JOIN pg_catalog.pg_class ON oid OPERATOR(pg_catalog.=) relid WHERE relkind OPERATOR(pg_catalog.=) 'r' ORDER BY oid) LOOP`,
    '  CONTINUE WHEN NOT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=) leaf);',
    `  FOR first_page IN 0..pg_catalog.pg_relation_size(leaf) OPERATOR(pg_catalog./) pg_catalog.current_setting('block_size')::bigint BY 100 LOOP`,
    `    EXECUTE pg_catalog.format($sql$${sql}$sql$, leaf, first_page, first_page OPERATOR(pg_catalog.+) 100)${isOnce ? '' : ' INTO written'};`,
    ...(isOnce ? [] : ['    passed := passed OPERATOR(pg_catalog.+) written;']),
    '    COMMIT;',
    '  END LOOP;',
    '  END LOOP;',
    ...(isOnce ? [] : ['  EXIT WHEN passed OPERATOR(pg_catalog.=) 0;', 'END LOOP;']),
    'END $batches$;',
  ].join('\n');
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
