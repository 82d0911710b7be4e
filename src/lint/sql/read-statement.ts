import type { Node } from 'libpg-query';
import type { Action } from './action.js';
import { actionsOf, languageOf } from './actions-of.js';
import { literalsIn } from './expression.js';
import type { Parser } from '../../databases/postgres/parse/parser.js';
import { qualified } from '../../databases/postgres/parse/names.js';
import { dividedBy } from '../../databases/postgres/plan/divide/divided-by.js';
import { identifiersIn, written, type WrittenSql } from './written.js';

/** The content of a text of SQL, as far as rules use it. */
export interface StatementFacts {
  readonly actions: readonly Action[];
  /** Every text in quotes, those in DO blocks included. */
  readonly literals: ReadonlySet<string>;
  /** The names in it, as they are written; found when they are asked for. */
  readonly identifiers: () => readonly string[];
  /** Why PostgreSQL would reject it; null where it accepts it. */
  readonly problem: string | null;
}

/** Reads a statement of PostgreSQL. */
export function readStatement(parser: Parser, sql: string): StatementFacts {
  const parsed = parser.parse(sql);
  if (parsed.kind === 'unparsable') return unread(`${parsed.problem}, at character ${parsed.position}`);
  const text = written(parser, sql);
  const parts = parsed.nodes.map((node) => readNode(parser, node, text));
  return {
    actions: parts.flatMap(({ actions }) => actions),
    literals: new Set(parts.flatMap(({ literals }) => [...literals])),
    identifiers: () => identifiersIn(text),
    problem: null,
  };
}

type NodeFacts = Pick<StatementFacts, 'actions' | 'literals'>;

function readNode(parser: Parser, node: Node, text: WrittenSql): NodeFacts {
  const facts = { actions: actionsOf(node, text), literals: literalsIn([node]) };
  return languageOf(node)?.toLowerCase() === 'plpgsql' ? readBlock(parser, text.sql) : facts;
}

/** A block whose body cannot be read is passed over: PL/pgSQL's own parser needs a server for some of it. */
function readBlock(parser: Parser, sql: string): NodeFacts {
  const block = parser.parseBlock(sql);
  const inner = (block?.queries ?? []).flatMap((query) => {
    const parsed = parser.parse(query);
    const text = written(parser, query);
    return parsed.kind === 'parsed' ? parsed.nodes.map((node) => ({ node, text })) : [];
  });
  return {
    actions: [
      { kind: 'block', ends: block?.ends ?? null },
      ...dividing(sql),
      ...inner.flatMap(({ node, text }) => actionsOf(node, text)).map(inBlock),
    ],
    literals: literalsIn(inner.map(({ node }) => node)),
  };
}

/** What such a block does stands in texts, of which the parser sees nothing. */
function dividing(sql: string): readonly Action[] {
  const divided = dividedBy(sql);
  return divided ? [{ kind: 'divide-table', table: qualified(divided.table), key: divided.key }] : [];
}

function inBlock(action: Action): Action {
  return action.kind === 'write' ? { ...action, inBlock: true } : action;
}

function unread(problem: string): StatementFacts {
  return { actions: [], literals: new Set(), identifiers: () => [], problem };
}
