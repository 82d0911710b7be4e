import type { KnownSchema } from '../replay/known-schema.js';
import { isPartitioned, partitionsOf, type Part } from '../replay/parts.js';
import { keptName } from '../../sql/identifiers.js';
import { quotePath } from '../../sql/quote.js';
import { schemaOf, unqualified } from '../../databases/postgres/parse/names.js';
import { ALONE, NEXT_REVISION } from './replacements.js';

/** What stands for a partition that no revision names. */
const UNNAMED = '<partition>';

const EACH_UNNAMED = `-- replace ${UNNAMED} with each partition: no revision names one`;
const EVERY_OTHER = '-- add the same statements for each partition that no revision names';

/** What an advice is about: a partitioned table, and what is to be there. */
export interface Parted {
  readonly schema: KnownSchema;
  readonly table: string;
  /** The name of the index, or of the constraint. */
  readonly name: string;
}

/** How an index comes to one table. */
interface IndexForms {
  /** On what is partitioned, without what is below it. */
  readonly onParent: (table: string, name: string) => string;
  /** On a leaf, concurrently. */
  readonly onLeaf: (table: string, name: string) => string;
  /** What a leaf needs before its index can be attached. */
  readonly beforeAttach: (table: string, name: string) => readonly string[];
}

/** What inherits from a table without being a partition of it. */
export function heirsOf(schema: KnownSchema, table: string): readonly string[] {
  return isPartitioned(schema, table) ? [] : partitionsOf(schema, table).map(({ name }) => name);
}

/** Whether a statement with ONLY leaves the rows of a table alone, since all of them are in its partitions. */
export function leavesRowsAlone(
  schema: KnownSchema,
  { table, only }: { readonly table: string; readonly only: boolean },
): boolean {
  return only && isPartitioned(schema, table);
}

/** A sentence, and the parts; one in angle brackets where none is known. */
function named({ schema, table }: Parted): { readonly words: string; readonly parts: readonly Part[] } {
  const parts = partitionsOf(schema, table);
  return parts.some(({ isPartitioned: isBetween }) => !isBetween)
    ? { words: EVERY_OTHER, parts }
    : {
        words: EACH_UNNAMED,
        parts: [...parts, { name: schemaOf(table) + UNNAMED, parent: table, isPartitioned: false }],
      };
}

/**
 * An index on the table alone, one on each partition, and the latter as parts of the former: PostgreSQL builds no index
 * of a partitioned table concurrently. The index is valid once every partition has its own.
 */
export function indexSteps(parted: Parted, forms: IndexForms): readonly string[] {
  const { words, parts } = named(parted);
  const nameOf = (table: string) =>
    table === parted.table ? parted.name : indexOf(table, unqualified(parted.name));
  const between = parts.filter(({ isPartitioned: isBetween }) => isBetween);
  const leaves = parts.filter(({ isPartitioned: isBetween }) => !isBetween);
  return [
    words,
    forms.onParent(parted.table, parted.name),
    ...between.map(({ name }) => forms.onParent(name, nameOf(name))),
    ...leaves.flatMap(({ name }) => [ALONE, forms.onLeaf(name, nameOf(name))]),
    NEXT_REVISION,
    ...leaves.flatMap((leaf) => [
      ...forms.beforeAttach(leaf.name, nameOf(leaf.name)),
      attached(nameOf(leaf.parent), nameOf(leaf.name)),
    ]),
    ...[...between].reverse().map(({ name, parent }) => attached(nameOf(parent), nameOf(name))),
  ];
}

function attached(index: string, part: string): string {
  return `ALTER INDEX ${quotePath(index)} ATTACH PARTITION ${quotePath(part)}`;
}

/** The index of a partition is in the partition's schema. */
function indexOf(table: string, name: string): string {
  return schemaOf(table) + keptName(`${name}_${unqualified(table)}`);
}

/**
 * A foreign key on each partition first, where it may be NOT VALID; the key of the table then takes them over without a
 * look at any row. On the table itself, PostgreSQL before 18 refuses NOT VALID.
 */
export function foreignKeySteps(parted: Parted, text: string): readonly string[] {
  const { words, parts } = named(parted);
  const leaves = parts
    .filter(({ isPartitioned: isBetween }) => !isBetween)
    .map(({ name }) => quotePath(name));
  return [
    words,
    ...leaves.map((leaf) => `ALTER TABLE ${leaf} ADD ${text} NOT VALID`),
    NEXT_REVISION,
    ...leaves.map((leaf) => `ALTER TABLE ${leaf} VALIDATE CONSTRAINT ${quotePath(parted.name)}`),
    NEXT_REVISION,
    `ALTER TABLE ${quotePath(parted.table)} ADD ${text}`,
  ];
}
