import * as v from 'valibot';
import { byDialect } from '../../databases/registry.js';
import { exactly } from '../../exactly.js';
import type { EnumModel, Expression, TableModel, ViewModel } from '../../schema/model.js';
import { SNAPSHOT_VERSION } from './snapshot-version.js';

const text = v.string();
const texts = v.array(text);
const name = v.nullable(text);
const deferrable = v.nullable(v.picklist(['INITIALLY IMMEDIATE', 'INITIALLY DEFERRED']));
const nullsAre = v.picklist(['distinct', 'not distinct']);
const action = v.picklist(['NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT']);

/** The file contains an expression as it is written; the server determines its spelling again. */
const expression = v.pipe(
  v.strictObject({ sql: text, canonical: v.exactOptional(text), refused: v.exactOptional(text) }),
  v.transform((written): Expression => ({ canonical: written.sql, ...written })),
);

const column = v.strictObject({
  name: text,
  type: text,
  nullable: v.boolean(),
  default: v.nullable(expression),
  identity: v.nullable(v.picklist(['serial', 'always', 'by default', 'autoincrement'])),
  generated: v.nullable(expression),
  storage: v.nullable(v.picklist(['stored', 'virtual'])),
  collation: v.nullable(text),
  comment: v.nullable(text),
  notNull: v.exactOptional(
    v.strictObject({ name: text, validated: v.boolean(), inherited: v.exactOptional(v.literal(false)) }),
  ),
});

const key = v.strictObject({ name, columns: texts, include: texts, deferrable, nulls: nullsAre });

const index = v.strictObject({
  name: text,
  keys: v.array(
    v.strictObject({
      column: v.nullable(text),
      expression: v.nullable(text),
      order: v.picklist(['ASC', 'DESC']),
      nulls: v.picklist(['FIRST', 'LAST']),
      opclass: v.nullable(text),
      collation: v.nullable(text),
    }),
  ),
  include: texts,
  unique: v.boolean(),
  nulls: nullsAre,
  method: text,
  where: v.nullable(expression),
  valid: v.boolean(),
});

const foreignKey = v.strictObject({
  name,
  columns: texts,
  table: text,
  references: texts,
  onDelete: action,
  onUpdate: action,
  match: v.picklist(['SIMPLE', 'FULL', 'PARTIAL']),
  deferrable,
  validated: v.boolean(),
  enforced: v.exactOptional(v.literal(false)),
  setColumns: v.exactOptional(texts),
});

const check = v.strictObject({
  name,
  expression,
  validated: v.boolean(),
  enforced: v.exactOptional(v.literal(false)),
  inherited: v.exactOptional(v.literal(false)),
});

const exclusion = v.strictObject({
  name,
  method: text,
  elements: v.array(v.strictObject({ expression, operator: text })),
  where: v.nullable(expression),
  deferrable,
});

const value = v.nullable(v.union([text, v.number(), v.boolean()]));

const partition = v.pipe(
  v.strictObject({
    strategy: v.picklist(['range', 'list', 'hash']),
    key: texts,
    rest: v.pipe(v.boolean(), v.description('Whether a default partition takes the rows of no other one.')),
    policy: v.exactOptional(
      v.union([
        v.strictObject({ every: text, ahead: v.number(), keep: v.nullable(text) }),
        v.strictObject({ lists: v.record(text, v.array(value)) }),
        v.strictObject({ count: v.number() }),
      ]),
    ),
  }),
  v.description('How the table is partitioned; absent for a plain table.'),
);

const table = exactly<TableModel>()(
  v.strictObject({
    name: text,
    conflicts: v.exactOptional(
      v.array(
        v.strictObject({
          of: v.picklist(['primary-key', 'unique', 'not-null']),
          columns: texts,
          action: text,
        }),
      ),
    ),
    persistence: v.picklist(['permanent', 'unlogged']),
    comment: v.nullable(text),
    options: v.nullable(text),
    columns: v.array(column),
    primaryKey: v.nullable(key),
    uniques: v.array(key),
    indexes: v.array(index),
    foreignKeys: v.array(foreignKey),
    checks: v.array(check),
    exclusions: v.array(exclusion),
    partition: v.exactOptional(partition),
  }),
);

const view = exactly<ViewModel>()(
  v.strictObject({
    name: text,
    text,
    materialized: v.boolean(),
    indexes: v.array(index),
    dependsOn: texts,
    outputs: v.array(v.strictObject({ name: text, type: text })),
    definitions: v.pipe(
      v.record(text, text),
      v.description('What the server makes of the text, by its major version; `sqlite` has the text itself.'),
    ),
  }),
);

const contents = {
  tables: v.array(table),
  enums: v.array(exactly<EnumModel>()(v.strictObject({ name: text, values: texts }))),
  views: v.exactOptional(v.array(view)),
};

/** The file as JSON, and the schemas in it as the generator compares them. A field that is not here is refused. */
export const snapshotSchema = v.pipe(
  v.strictObject({
    version: v.pipe(
      v.exactOptional(v.literal(SNAPSHOT_VERSION)),
      v.description('Version of the format. A file without this field has version 1.'),
    ),
    head: v.pipe(
      v.nullable(text),
      v.description('Id of the newest revision that it contains; null at base.'),
    ),
    phases: v.pipe(
      v.exactOptional(v.literal(true)),
      v.description(
        'Whether changes are generated in expand and contract, which every deployed release knows.',
      ),
    ),
    numbers: v.exactOptional(
      v.pipe(
        v.strictObject({
          parsesInt8: v.pipe(v.boolean(), v.description('`parseInt8` of the DataSource.')),
          columns: v.pipe(
            texts,
            v.description(
              'Columns with a transformer that reads a number and its text alike, as `table.column`.',
            ),
          ),
        }),
        v.description('What the release of this snapshot reads as numbers, whatever their type.'),
      ),
    ),
    schemas: v.strictObject(
      byDialect(({ name: dialect }) =>
        v.exactOptional(v.strictObject({ dialect: v.literal(dialect), ...contents })),
      ),
    ),
  }),
  v.title('snapshot.json'),
  v.description('The schema at head, in the folder of the revisions. `generate` writes and reads it.'),
);
