import type { Session } from '../../session.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { ConvertedColumn } from '../../planner.js';
import { sqlReader } from './sql-reader.js';

const MOMENTS = ['2024-01-01 00:00:00', '2024-02-02 00:00:00'];

/**
 * The texts that the expressions can read as dates and times, by `table.column` at head: moments in the formats that an
 * expression contains, as far as PostgreSQL accepts them. None where no such text is found.
 */
export async function readableTexts(
  session: Session,
  columns: readonly ConvertedColumn[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const converted of columns.filter(isReading)) {
    const texts = await readable(session, converted);
    if (texts.length > 0) found.set(converted.place, texts);
  }
  return found;
}

function isReading({ from, to }: ConvertedColumn): boolean {
  return /^(?:text|character|citext)/.test(from) && /^(?:date|time)/.test(to) && !to.endsWith(']');
}

async function readable(session: Session, converted: ConvertedColumn): Promise<readonly string[]> {
  const { expression, name, from: type } = converted;
  const literals = sqlReader().expression(expression)?.literals ?? [];
  const formats = literals.flatMap(({ text, number }) => (number ? [] : [text]));
  const texts: string[] = [];
  for (const format of [...formats, 'YYYY-MM-DD HH24:MI:SS', 'HH24:MI:SS'])
    for (const moment of MOMENTS) {
      const text = `SELECT pg_catalog.to_char(${quoteLiteral(moment)}::pg_catalog.timestamp, ${quoteLiteral(format)}) AS "text"`;
      const source = `SELECT "text"::${type} AS ${quoteIdentifier(name)}, "text" FROM (${text}) AS m`;
      texts.push(...(await textsOf(session, `SELECT "text", (${expression}) FROM (${source}) AS t`)));
    }
  return [...new Set(texts)].slice(0, MOMENTS.length);
}

/** None where PostgreSQL refuses the format, or the text in it. */
async function textsOf(session: Session, sql: string): Promise<readonly string[]> {
  try {
    const rows = (await session.query(sql)) as readonly { readonly text: string }[];
    return rows.map(({ text }) => text);
  } catch {
    return [];
  }
}
