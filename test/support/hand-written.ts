import { Table, TableIndex, type EntityManager, type MigrationInterface, type QueryRunner } from 'typeorm';

/** A migration class of that id, as a person writes it by hand. */
export function handWritten(
  id: string,
  up: (queryRunner: QueryRunner) => Promise<unknown>,
  down: (queryRunner: QueryRunner) => Promise<unknown> = () => Promise.resolve(),
): new () => MigrationInterface {
  const made = class implements MigrationInterface {
    async up(queryRunner: QueryRunner): Promise<void> {
      await up(queryRunner);
    }

    async down(queryRunner: QueryRunner): Promise<void> {
      await down(queryRunner);
    }
  };
  Object.defineProperty(made, 'name', { value: id });
  return made;
}

/** Whether a query runner is of PostgreSQL. */
export function isPostgres({ connection }: QueryRunner): boolean {
  return connection.options.type === 'postgres';
}

/** TypeORM writes into it what it makes, so each body has its own. */
const newBoxes = () =>
  new Table({
    name: 'boxes',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, primaryKeyConstraintName: 'pk_boxes' },
      { name: 'words', type: 'varchar', isNullable: true },
      { name: 'number', type: 'integer', default: '7' },
      { name: 'flag', type: 'boolean', isNullable: true },
    ],
  });

/** Makes a table through TypeORM's own methods. */
export async function makeBoxes(queryRunner: QueryRunner): Promise<void> {
  const boxes = newBoxes();
  await queryRunner.createTable(boxes);
  await queryRunner.createIndex(boxes, new TableIndex({ name: 'ix_boxes_words', columnNames: ['words'] }));
}

/** One row, by parameters as the driver takes them. */
export function insertBox(
  queryRunner: Pick<QueryRunner, 'query'> | EntityManager,
  postgres: boolean,
  values: readonly unknown[],
): Promise<unknown> {
  const places = values.map((_value, index) => (postgres ? `$${index + 1}` : '?')).join(', ');
  return queryRunner.query(`INSERT INTO "boxes" ("id", "words", "number", "flag") VALUES (${places})`, [
    ...values,
  ]);
}
