import type { IndexElem, IndexStmt, Node } from 'libpg-query';
import type { IndexKey, IndexModel } from '../../schema/model.js';
import { columnName, indexColumns, treeOf, treeText } from './expression.js';
import { qualified, textsOf } from '../../databases/postgres/parse/names.js';

/**
 * The index that a statement builds, as the model has it; its name is the one that PostgreSQL gives where none is
 * written.
 */
export function indexModel(statement: IndexStmt): IndexModel {
  const { idxname, relation, indexParams = [], indexIncludingParams, whereClause } = statement;
  const keys = indexParams.flatMap((node) => ('IndexElem' in node ? [keyOf(node.IndexElem)] : []));
  const include = indexColumns(indexIncludingParams);
  const named = [...indexParams.map(elementName), ...include];
  return {
    name: idxname ?? [relation?.relname, ...named, 'idx'].join('_'),
    keys,
    include,
    unique: statement.unique === true,
    nulls: statement.nulls_not_distinct === true ? 'not distinct' : 'distinct',
    method: methodOf(statement.accessMethod),
    where: whereClause ? treeOf(whereClause) : null,
    valid: true,
  };
}

/** The access method; a B-tree where none is written. */
export function methodOf(written: string | undefined): string {
  return written === undefined || written === '' ? 'btree' : written;
}

/** What an element of an index is over, as an expression. */
export function elementTree(node: Node): Node {
  if (!('IndexElem' in node)) return node;
  const { name = '', expr } = node.IndexElem;
  return expr ?? { ColumnRef: { fields: [{ String: { sval: name } }] } };
}

/** What PostgreSQL calls an element in the name of an index: the column, or the function that it calls. */
function elementName(node: Node): string {
  const element = elementTree(node);
  if ('FuncCall' in element) return textsOf(element.FuncCall.funcname).at(-1) ?? '';
  return columnName(element) ?? 'expr';
}

/** PostgreSQL takes a column in parentheses, also with a collation, for the column. */
function keyOf({ name, expr, ordering, nulls_ordering: nulls, ...rest }: IndexElem): IndexKey {
  const collated = expr && 'CollateClause' in expr ? expr.CollateClause : undefined;
  const column = name ?? columnName(collated ? collated.arg : expr) ?? null;
  const order = ordering === 'SORTBY_DESC' ? 'DESC' : 'ASC';
  const isFirst = nulls === 'SORTBY_NULLS_DEFAULT' ? order === 'DESC' : nulls === 'SORTBY_NULLS_FIRST';
  return {
    column,
    expression: column === null && expr ? treeText(expr) : null,
    order,
    nulls: isFirst ? 'FIRST' : 'LAST',
    opclass: pathOf(rest.opclass),
    collation: pathOf(rest.collation ?? collated?.collname),
  };
}

function pathOf(names: readonly Node[] | undefined): string | null {
  return names === undefined ? null : qualified(textsOf(names));
}
