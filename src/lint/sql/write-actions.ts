import type { A_Const, DeleteStmt, FuncCall, InsertStmt, Node, UpdateStmt } from 'libpg-query';
import type { Action, WriteAction } from './action.js';
import { relationName, textsOf } from './names.js';
import { visitObjects } from './parser.js';

/** Every change of rows and of settings in a statement, those in WITH included. */
export function writeActions(node: Node): readonly Action[] {
  const actions: Action[] = [];
  visitObjects(node, ({ InsertStmt: insert, UpdateStmt: update, DeleteStmt: remove, FuncCall: call }) => {
    if (insert !== undefined) actions.push(inserted(insert as InsertStmt));
    if (update !== undefined) actions.push(updated(update as UpdateStmt));
    if (remove !== undefined) actions.push(deleted(remove as DeleteStmt));
    if (call !== undefined) actions.push(...configured(call as FuncCall));
  });
  return actions;
}

function inserted({ relation }: InsertStmt): WriteAction {
  return write('INSERT', relationName(relation), { hasWhere: true, columns: [] });
}

function updated({ relation, whereClause, targetList = [] }: UpdateStmt): WriteAction {
  const columns = targetList.flatMap((node) => ('ResTarget' in node ? [node.ResTarget.name ?? ''] : []));
  return write('UPDATE', relationName(relation), { hasWhere: whereClause !== undefined, columns });
}

function deleted({ relation, whereClause }: DeleteStmt): WriteAction {
  return write('DELETE', relationName(relation), { hasWhere: whereClause !== undefined, columns: [] });
}

function write(
  verb: WriteAction['verb'],
  table: string,
  rest: Pick<WriteAction, 'hasWhere' | 'columns'>,
): WriteAction {
  return { kind: 'write', verb, table, ...rest, inBlock: false };
}

/** `set_config(name, value, is_local)`, which is a SET without LOCAL unless the last one is true. */
function configured({ funcname, args = [] }: FuncCall): readonly Action[] {
  if (textsOf(funcname).at(-1) !== 'set_config') return [];
  const [setting, value, local] = args.map((arg) => ('A_Const' in arg ? arg.A_Const : undefined));
  const zone: readonly Action[] =
    textIn(setting).toLowerCase() === 'timezone'
      ? [{ kind: 'set-time-zone', zone: value?.sval?.sval ?? null }]
      : [];
  if (local?.boolval?.boolval === true) return zone;
  return [
    { kind: 'set', setting: textIn(setting), text: `set_config('${textIn(setting)}', ..., false)` },
    ...zone,
  ];
}

function textIn(constant: A_Const | undefined): string {
  return constant?.sval?.sval ?? '...';
}
