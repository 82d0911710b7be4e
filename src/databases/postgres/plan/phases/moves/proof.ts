/** Finds the values that another type cannot hold, before anything relies on it. */

import { EQ, GT, LE, NE, PLUS } from '../../../../../sql/postgres-operators.js';
import { dollarQuote, quoteIdentifier, quoteLiteral } from '../../../../../sql/quote.js';
import { NEXT_LINE, statement, type Statement } from '../../../../../sql/statement.js';
import { NAMED, naming } from '../../refused-rows.js';

/** The values of a column, and the type that they are to have. */
export interface Proof {
  /** The table, as SQL. */
  readonly path: string;
  readonly column: string;
  /** As SQL. */
  readonly from: string;
  readonly to: string;
  /** Whether a value has to come back unchanged. */
  readonly isExact: boolean;
  /** The columns that name a row; none where the table has no primary key. */
  readonly key: readonly string[];
}

/**
 * One pass where all values convert. Otherwise the rows are counted, the first of them are named by their key, and the
 * statement fails. It writes nothing, and it locks nothing that others need.
 */
export function proofOf(proof: Proof): Statement {
  const { path, column, from, to, isExact, key } = proof;
  const name = quoteIdentifier(column);
  const isBad = (value: string) =>
    isExact
      ? `((${value})::${to})::${from} ${NE} ${value}`
      : `(${value})::${to} IS NULL AND ${value} IS NOT NULL`;
  const columns = naming(key);
  const place = `pg_catalog.concat_ws(', ', ${columns.join(', ')})`;
  const words = `Values of ${column} in % rows cannot be of type ${to} without loss, so nothing was changed. Rows by ${key.length === 0 ? 'ctid' : key.join(', ')}: %`;
  const lines = [
    'DECLARE',
    '  bad bigint := 0;',
    `  named text;`,
    '  one record;',
    'BEGIN',
    '  BEGIN',
    `    bad := (SELECT pg_catalog.count(*) FROM ${path} WHERE ${isBad(name)});`,
    `    IF bad ${EQ} 0 THEN RETURN; END IF;`,
    '  EXCEPTION WHEN data_exception THEN NULL;',
    '  END;',
    '  bad := 0;',
    `  FOR one IN SELECT ${place} AS place, ${name} AS value FROM ${path} ORDER BY ${columns.join(', ')} LOOP`,
    '    BEGIN',
    `      CONTINUE WHEN (${isBad('one.value')}) IS NOT TRUE;`,
    '    EXCEPTION WHEN data_exception THEN NULL;',
    '    END;',
    `    bad := bad ${PLUS} 1;`,
    `    IF bad ${LE} ${NAMED} THEN named := pg_catalog.concat_ws('; ', named, one.place); END IF;`,
    '  END LOOP;',
    `  IF bad ${GT} ${NAMED} THEN named := pg_catalog.concat(named, '; ...'); END IF;`,
    `  RAISE EXCEPTION USING ERRCODE = 'check_violation',`,
    `    MESSAGE = pg_catalog.format(${quoteLiteral(words.replaceAll('%', '%s'))}, bad, named),`,
    `    HINT = 'Change or delete these values, then run the command again.';`,
    'END',
  ].join(NEXT_LINE);
  const tag = dollarQuote('proof', lines);
  return statement([`DO ${tag}`, lines, tag].join(NEXT_LINE));
}
