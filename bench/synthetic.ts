import { EntitySchema, EntitySchemaOptions } from 'typeorm';

/** Columns of every table besides its key and its foreign key. */
const COLUMNS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

/** Entities of so many tables: 10 columns, 2 indexes, 1 foreign key and 1 check each. */
export function syntheticEntities(tables: number): readonly EntitySchema[] {
  return Array.from({ length: tables }, (_, number) => {
    const name = tableName(number);
    const options = {
      name,
      tableName: name,
      columns: {
        id: { type: 'integer', primary: true, primaryKeyConstraintName: `pk_${name}` },
        parent: { type: 'integer', nullable: true },
        ...Object.fromEntries(
          COLUMNS.map((column) => [column, { type: 'varchar', length: 40, default: 'x' }] as const),
        ),
      },
      indices: [
        { name: `ix_${name}_a`, columns: ['a'] },
        { name: `ix_${name}_bc`, columns: ['b', 'c'] },
      ],
      checks: [{ name: `ck_${name}`, expression: `"d" IN ('x', 'y') AND "id" >= 0` }],
      foreignKeys: [
        {
          name: `fk_${name}`,
          target: tableName(Math.max(number - 1, 0)),
          columnNames: ['parent'],
          referencedColumnNames: ['id'],
        },
      ],
    };
    return new EntitySchema(Object.assign(new EntitySchemaOptions<unknown>(), options));
  });
}

/** The statements that create the same tables in either dialect. */
export function syntheticStatements(tables: number): readonly string[] {
  return Array.from({ length: tables }, (_, number) => {
    const name = tableName(number);
    const columns = COLUMNS.map((column) => `"${column}" varchar(40) NOT NULL DEFAULT 'x'`).join(', ');
    return [
      `CREATE TABLE "${name}" ("id" integer NOT NULL, "parent" integer, ${columns},
         CONSTRAINT "pk_${name}" PRIMARY KEY ("id"), CONSTRAINT "ck_${name}" CHECK ("d" IN ('x', 'y') AND "id" >= 0),
         CONSTRAINT "fk_${name}" FOREIGN KEY ("parent") REFERENCES "${tableName(Math.max(number - 1, 0))}" ("id"))`,
      `CREATE INDEX "ix_${name}_a" ON "${name}" ("a")`,
      `CREATE INDEX "ix_${name}_bc" ON "${name}" ("b", "c")`,
    ];
  }).flat();
}

function tableName(number: number): string {
  return `t${String(number).padStart(5, '0')}`;
}
