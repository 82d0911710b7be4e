import type { QueryRunner } from 'typeorm';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { tokenise } from '../../sql/tokens.js';
import { columnNameAfter, tableNameAfter, type KeptOf } from '../verify/kept.js';

/** A column that an expression makes a date or a time of. */
interface Converted {
  /** `table.column` at head. */
  readonly place: string;
  /** As it is called then. */
  readonly name: string;
  readonly type: string;
  readonly expression: string;
}

const MOMENTS = ['2024-01-01 00:00:00', '2024-02-02 00:00:00'];

/**
 * The texts that the expressions of `--using` can read as dates and times, by `table.column` at head: moments in the
 * formats that an expression holds, as far as PostgreSQL takes them. None where no such text is found.
 */
export async function readableTexts(
  queryRunner: QueryRunner,
  of: KeptOf,
  usings: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  if (of.head.dialect !== 'postgres') return found;
  for (const converted of convertedColumns(of, usings)) {
    const texts = await readable(queryRunner, converted);
    if (texts.length > 0) found.set(converted.place, texts);
  }
  return found;
}

function convertedColumns({ head, desired, renames }: KeptOf, usings: ReadonlyMap<string, string>) {
  return head.tables.flatMap((table): readonly Converted[] => {
    const after = desired.tables.find(({ name }) => name === tableNameAfter(table.name, renames));
    return table.columns.flatMap((column) => {
      const name = columnNameAfter(after?.name ?? '', column.name, renames);
      const later = after?.columns.find((one) => one.name === name);
      const expression = usings.get(`${after?.name ?? ''}.${name}`);
      if (!later || expression === undefined || !isReading(column.type, later.type)) return [];
      return [{ place: `${table.name}.${column.name}`, name, type: column.type, expression }];
    });
  });
}

function isReading(from: string, to: string): boolean {
  return /^(?:text|character|citext)/.test(from) && /^(?:date|time)/.test(to) && !to.endsWith(']');
}

async function readable(queryRunner: QueryRunner, converted: Converted): Promise<readonly string[]> {
  const { expression, name, type } = converted;
  const formats = tokenise(expression, 'postgres').flatMap(({ kind, text }) =>
    kind === 'literal' && text.startsWith("'") ? [text] : [],
  );
  const texts: string[] = [];
  for (const format of [...formats, "'YYYY-MM-DD HH24:MI:SS'", "'HH24:MI:SS'"])
    for (const moment of MOMENTS) {
      const text = `SELECT pg_catalog.to_char(${quoteLiteral(moment)}::pg_catalog.timestamp, ${format}) AS "text"`;
      const source = `SELECT "text"::${type} AS ${quoteIdentifier(name)}, "text" FROM (${text}) AS m`;
      texts.push(...(await textsOf(queryRunner, `SELECT "text", (${expression}) FROM (${source}) AS t`)));
    }
  return [...new Set(texts)].slice(0, MOMENTS.length);
}

/** None where PostgreSQL refuses the format, or the text in it. */
async function textsOf(queryRunner: QueryRunner, sql: string): Promise<readonly string[]> {
  try {
    const rows = (await queryRunner.query(sql)) as readonly { readonly text: string }[];
    return rows.map(({ text }) => text);
  } catch {
    return [];
  }
}
