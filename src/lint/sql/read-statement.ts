import type { Node } from 'libpg-query';
import { unquote } from '../../sql/tokens.js';
import { stretchesOf } from '../../sql/text.js';
import type { Action } from './action.js';
import { actionsOf, languageOf } from './actions-of.js';
import { literalsIn } from './expression.js';
import type { Parser } from '../../databases/postgres/parse/parser.js';

/** What a text of SQL says, as far as rules look into it. */
export interface StatementFacts {
  readonly actions: readonly Action[];
  /** Every text in quotes, those in DO blocks included. */
  readonly literals: ReadonlySet<string>;
  /** Why PostgreSQL would not take it; null where it would. */
  readonly problem: string | null;
}

/** Reads a statement of PostgreSQL. */
export function readStatement(parser: Parser, sql: string): StatementFacts {
  const parsed = parser.parse(sql);
  if (parsed.kind === 'unparsable') return unread(`${parsed.problem}, at character ${parsed.position}`);
  const parts = parsed.nodes.map((node) => readNode(parser, node, sql));
  return {
    actions: parts.flatMap(({ actions }) => actions),
    literals: new Set(parts.flatMap(({ literals }) => [...literals])),
    problem: parts.find(({ problem }) => problem !== null)?.problem ?? null,
  };
}

/** Names as they are written, longer ones than PostgreSQL keeps included. */
export function identifiersIn(sql: string): readonly string[] {
  return stretchesOf(sql, 'postgres').flatMap(({ text, kind }) => {
    if (kind === 'quoted') return text.startsWith('"') ? [unquote(text)] : [];
    return kind === 'plain' ? (text.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []) : [];
  });
}

function readNode(parser: Parser, node: Node, sql: string): StatementFacts {
  const facts = { actions: actionsOf(node, sql), literals: literalsIn([node]), problem: null };
  return languageOf(node)?.toLowerCase() === 'plpgsql' ? readBlock(parser, sql) : facts;
}

/** A block whose body cannot be read is passed over: PL/pgSQL's own parser needs a server for some of it. */
function readBlock(parser: Parser, sql: string): StatementFacts {
  const block = parser.parseBlock(sql);
  const inner = (block?.queries ?? []).flatMap((query) => {
    const parsed = parser.parse(query);
    return parsed.kind === 'parsed' ? parsed.nodes.map((node) => ({ node, query })) : [];
  });
  return {
    actions: [
      { kind: 'block', ends: block?.ends ?? null },
      ...inner.flatMap(({ node, query }) => actionsOf(node, query)).map(inBlock),
    ],
    literals: literalsIn(inner.map(({ node }) => node)),
    problem: null,
  };
}

function inBlock(action: Action): Action {
  return action.kind === 'write' ? { ...action, inBlock: true } : action;
}

function unread(problem: string): StatementFacts {
  return { actions: [], literals: new Set(), problem };
}
