import type { AlterTableCmd, AlterTableStmt, Node } from 'libpg-query';
import type { Action, ActionOf, ConversionFact, Identity, TypeFact } from './action.js';
import { columnFact, identityOf } from './column.js';
import { constraintFact, type Source } from './constraint.js';
import { columnName, expressionFact } from './expression.js';
import { relationName } from '../../databases/postgres/parse/names.js';
import { zoneUse } from './session-zone.js';
import { collationName, typeFact, typeText } from './type.js';
import type { WrittenSql } from './written.js';

/** What an ALTER TABLE does, command by command. */
export function alterTableActions(statement: AlterTableStmt, written: WrittenSql): readonly Action[] {
  const { relation, cmds = [], objtype } = statement;
  // The words for the partitions of an index are those for the partitions of a table.
  if (objtype === 'OBJECT_INDEX') return [{ kind: 'other' }];
  const tolerant = statement.missing_ok === true;
  const source = { written, table: relationName(relation), only: relation?.inh !== true, tolerant };
  return cmds.flatMap((node) => ('AlterTableCmd' in node ? commandActions(node.AlterTableCmd, source) : []));
}

/** Where a command stands. */
interface CommandSource extends Source {
  readonly only: boolean;
  /** With IF EXISTS. */
  readonly tolerant: boolean;
}

type Reader = (command: AlterTableCmd, source: CommandSource) => readonly Action[];

const READERS: Partial<Record<NonNullable<AlterTableCmd['subtype']>, Reader>> = {
  AT_AddColumn: ({ def, missing_ok: tolerant }, source) => {
    if (def === undefined || !('ColumnDef' in def)) return [];
    const column = columnFact(def.ColumnDef, source);
    return [
      {
        kind: 'add-column',
        table: source.table,
        column,
        ...(tolerant === true ? { ifNotExists: true } : {}),
      },
    ];
  },
  AT_DropColumn: (command, source) => [
    { kind: 'drop-column', table: source.table, column: nameOf(command), ...ifExists(command, source) },
  ],
  AT_SetNotNull: (command, { table }) => [{ kind: 'set-not-null', table, column: nameOf(command) }],
  AT_DropNotNull: (command, { table }) => [{ kind: 'drop-not-null', table, column: nameOf(command) }],
  AT_ColumnDefault: (command, { table }) => [
    {
      kind: 'set-default',
      table,
      column: nameOf(command),
      value: command.def === undefined ? null : expressionFact(command.def),
    },
  ],
  AT_AddIdentity: (command, { table }) => [
    { kind: 'set-identity', table, column: nameOf(command), identity: addedIdentity(command) },
  ],
  AT_DropIdentity: (command, { table }) => [
    { kind: 'set-identity', table, column: nameOf(command), identity: null },
  ],
  AT_AlterColumnType: changeType,
  AT_AddConstraint: ({ def }, source) => {
    const constraint =
      def !== undefined && 'Constraint' in def ? constraintFact(def.Constraint, source) : undefined;
    const { table, only } = source;
    return constraint ? [{ kind: 'add-constraint', table, constraint, only }] : [];
  },
  AT_ValidateConstraint: (command, { table }) => [
    { kind: 'validate-constraint', table, name: nameOf(command) },
  ],
  AT_DropConstraint: (command, source) => [
    { kind: 'drop-constraint', table: source.table, name: nameOf(command), ...ifExists(command, source) },
  ],
  AT_AttachPartition: (command, { table }) => partitionActions('add-parent', command, table),
  AT_DetachPartition: (command, { table }) => partitionActions('drop-parent', command, table),
  AT_AddInherit: ({ def }, { table }) => heirActions('add-parent', def, table),
  AT_DropInherit: ({ def }, { table }) => heirActions('drop-parent', def, table),
};

/** What else the rows of a table become by it is not known. */
function partitionActions(
  kind: 'add-parent' | 'drop-parent',
  { def }: AlterTableCmd,
  parent: string,
): readonly Action[] {
  if (def === undefined || !('PartitionCmd' in def)) return [];
  const { name, concurrent } = def.PartitionCmd;
  return [
    ...(concurrent === true
      ? [{ kind: 'outside-only', what: 'DETACH PARTITION CONCURRENTLY' } as const]
      : []),
    { kind, table: relationName(name), parent, isPartition: true },
    { kind: 'other' },
  ];
}

function heirActions(
  kind: 'add-parent' | 'drop-parent',
  def: Node | undefined,
  table: string,
): readonly Action[] {
  if (def === undefined || !('RangeVar' in def)) return [{ kind: 'other' }];
  return [{ kind, table, parent: relationName(def.RangeVar), isPartition: false }, { kind: 'other' }];
}

function commandActions(command: AlterTableCmd, source: CommandSource): readonly Action[] {
  const reader = command.subtype === undefined ? undefined : READERS[command.subtype];
  return reader ? reader(command, source) : [{ kind: 'other' }];
}

function changeType(command: AlterTableCmd, { table }: Source): readonly Action[] {
  const { def } = command;
  if (def === undefined || !('ColumnDef' in def)) return [];
  const column = nameOf(command);
  const { typeName, collClause, raw_default: using } = def.ColumnDef;
  const type = typeFact(typeName);
  const collation = collationName(collClause);
  return [{ kind: 'change-type', table, column, type, collation, using: conversion(using, column, type) }];
}

/** A cast to another type than that makes other values. */
function conversion(using: Node | undefined, column: string, type: TypeFact): ConversionFact {
  if (using === undefined) return { kind: 'none' };
  const zone = zoneUse(using, type);
  const cast = 'TypeCast' in using;
  const inner = cast ? using.TypeCast.arg : using;
  const isToType = !cast || typeText(typeFact(using.TypeCast.typeName)) === typeText(type);
  return isToType && columnName(inner) === column ? { kind: 'same', cast, zone } : { kind: 'computed', zone };
}

function addedIdentity({ def }: AlterTableCmd): Identity {
  return identityOf(def !== undefined && 'Constraint' in def ? def.Constraint.generated_when : undefined);
}

function nameOf({ name = '' }: AlterTableCmd): string {
  return name;
}

type Drop = Pick<ActionOf<'drop-column'>, 'ifExists' | 'ifTableExists'>;

function ifExists({ missing_ok: missing }: AlterTableCmd, { tolerant }: CommandSource): Drop {
  return missing === true ? { ifExists: true, ...(tolerant ? { ifTableExists: true } : {}) } : {};
}
