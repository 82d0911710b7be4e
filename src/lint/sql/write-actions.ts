import type {
  A_Const,
  DeleteStmt,
  FuncCall,
  InsertStmt,
  MergeStmt,
  Node,
  ResTarget,
  UpdateStmt,
} from 'libpg-query';
import type { Action, AssignmentFact, WriteAction } from './action.js';
import { columnsIn, expressionFact, tellsTheTime } from './expression.js';
import { relationName, textsOf } from '../../databases/postgres/parse/names.js';
import { visitObjects } from '../../databases/postgres/parse/parser.js';
import { clauseAt, lineFrom, type WrittenSql } from './written.js';

/** Every change of rows and of settings in a statement, those in WITH included. */
export function writeActions(node: Node, sql: WrittenSql): readonly Action[] {
  const actions: Action[] = [];
  visitObjects(node, (found) => {
    const { InsertStmt: insert, UpdateStmt: update, DeleteStmt: remove, FuncCall: call } = found;
    if (found['MergeStmt'] !== undefined) actions.push(...merged(found['MergeStmt'] as MergeStmt));
    if (insert !== undefined) actions.push(inserted(insert as InsertStmt));
    if (update !== undefined) actions.push(updated(update as UpdateStmt, sql));
    if (remove !== undefined) actions.push(deleted(remove as DeleteStmt));
    if (call !== undefined) actions.push(...configured(call as FuncCall, sql));
  });
  return actions;
}

/** Of MERGE only what deletes rows: the others are what it is for. */
function merged({ relation, mergeWhenClauses = [] }: MergeStmt): readonly WriteAction[] {
  const table = relationName(relation);
  const clauses = mergeWhenClauses.flatMap((node) =>
    'MergeWhenClause' in node ? [node.MergeWhenClause] : [],
  );
  return clauses
    .filter(({ commandType }) => commandType === 'CMD_DELETE')
    .map(({ condition }) => ({
      ...write('DELETE', table, { hasWhere: condition !== undefined, columns: [], assignments: null }),
      inMerge: true,
    }));
}

function inserted({ relation }: InsertStmt): WriteAction {
  return write('INSERT', relationName(relation), { hasWhere: true, columns: [], assignments: null });
}

function updated(update: UpdateStmt, sql: WrittenSql): WriteAction {
  const { relation, whereClause, targetList = [] } = update;
  const targets = targetList.flatMap((node) => ('ResTarget' in node ? [node.ResTarget] : []));
  const columns = targets.map(({ name = '' }) => name);
  const assignments = assignmentsIn(update, targets, sql);
  return write('UPDATE', relationName(relation), {
    hasWhere: whereClause !== undefined,
    columns,
    assignments,
  });
}

/** Only of an UPDATE that looks at nothing but the row, and sets one column at a time. */
function assignmentsIn(
  { fromClause, returningClause, withClause, relation }: UpdateStmt,
  targets: readonly ResTarget[],
  sql: WrittenSql,
): readonly AssignmentFact[] | null {
  const isPlain = [fromClause, returningClause, withClause, relation?.alias].every(
    (part) => part === undefined,
  );
  const assignments = targets.flatMap((target) => assignmentIn(target, targets, sql) ?? []);
  return isPlain && assignments.length === targets.length ? assignments : null;
}

function assignmentIn(
  { name = '', val, indirection, location = 0 }: ResTarget,
  targets: readonly ResTarget[],
  sql: WrittenSql,
): AssignmentFact | undefined {
  if (val === undefined || indirection !== undefined || 'MultiAssignRef' in val) return undefined;
  const [, value = ''] = /^(?:"(?:[^"]|"")*"|[^="])*=\s*([^]*)$/.exec(clauseAt(sql, location)) ?? [];
  const isSet = (column: string) => targets.some((target) => target.name === column);
  const unstable = expressionFact(val).volatile.length > 0 || tellsTheTime(val) || columnsIn(val).some(isSet);
  return { column: name, value, unstable };
}

function deleted({ relation, whereClause }: DeleteStmt): WriteAction {
  const hasWhere = whereClause !== undefined;
  return write('DELETE', relationName(relation), { hasWhere, columns: [], assignments: null });
}

function write(
  verb: WriteAction['verb'],
  table: string,
  rest: Pick<WriteAction, 'hasWhere' | 'columns' | 'assignments'>,
): WriteAction {
  return { kind: 'write', verb, table, ...rest, inBlock: false, inMerge: false };
}

/** `set_config(name, value, is_local)`, which is a SET without LOCAL unless the last one is true. */
function configured({ funcname, args = [], location = 0 }: FuncCall, sql: WrittenSql): readonly Action[] {
  if (textsOf(funcname).at(-1) !== 'set_config') return [];
  const [setting, value, local] = args.map((arg) => ('A_Const' in arg ? arg.A_Const : undefined));
  const zone: readonly Action[] =
    textIn(setting).toLowerCase() === 'timezone'
      ? [{ kind: 'set-time-zone', zone: value?.sval?.sval ?? null }]
      : [];
  if (local?.boolval?.boolval === true) return zone;
  return [{ kind: 'set', setting: textIn(setting), text: lineFrom(sql, location) }, ...zone];
}

function textIn(constant: A_Const | undefined): string {
  return constant?.sval?.sval ?? '...';
}
