/** The block that goes through a table in batches, as lint prints it. */
export function batches(table: string, change: string, left: string | null): string {
  const places = `ctid >= format('(%s,0)', first_page)::tid AND ctid < format('(%s,0)', first_page + 100)::tid`;
  const pass = [
    `  FOR first_page IN 0..pg_relation_size('"${table}"') / current_setting('block_size')::bigint BY 100 LOOP`,
    `    ${change}`,
    `      WHERE ${places}${left === null ? '' : ` AND ${left}`};`,
    '    COMMIT;',
    '  END LOOP;',
  ];
  const body =
    left === null
      ? pass
      : ['LOOP', ...pass, `  EXIT WHEN NOT EXISTS (SELECT FROM "${table}" WHERE ${left});`, 'END LOOP;'];
  return [
    '-- alone in a revision with transaction = false:',
    'DO $batches$ BEGIN',
    ...body,
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
