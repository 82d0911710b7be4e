import {
  Check,
  Column,
  DataSource,
  Entity,
  EventSubscriber,
  Index,
  ManyToOne,
  OneToMany,
  JoinColumn,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
  type DataSourceOptions,
  type EntitySubscriberInterface,
  type InsertEvent,
  type MigrationInterface,
  type QueryRunner,
  type Relation,
  type UpdateEvent,
} from 'typeorm';
import { databaseNamed } from '../../src/databases/registry.js';
import { parseSettings } from '../../src/settings.js';
import type { TestDatabase } from './databases.js';

/** A part of a machine, made of other parts. */
@Entity({ name: 'parts' })
@Unique('uq_parts_label', ['label'])
@Index('ix_parts_kind', ['kind'])
@Check('ck_parts_weight', '"weight" > 0')
export class Part {
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_parts' })
  id!: number;

  @Column({ name: 'label', type: String, length: 50 })
  label!: string;

  @Column({
    name: 'kind',
    type: 'simple-enum',
    enum: ['GEAR', 'BOLT'],
    enumName: 'partkind',
    default: 'BOLT',
  })
  kind!: string;

  @Column({ name: 'weight', type: Number, default: 5 })
  weight!: number;

  @UpdateDateColumn({ name: 'changed_at', type: Date })
  changedAt!: Date;

  @ManyToOne(() => Part, (part) => part.pieces, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'whole_id', foreignKeyConstraintName: 'fk_parts_whole_id' })
  whole!: Relation<Part> | null;

  @OneToMany(() => Part, (part) => part.whole)
  pieces!: Relation<Part[]>;
}

/** What TypeORM reported to the subscriber, one sentence an event. */
export const told: string[] = [];

/** Notes what TypeORM hands over before it writes. */
@EventSubscriber()
export class TellingSubscriber implements EntitySubscriberInterface {
  beforeInsert({ metadata, entity }: InsertEvent<object>): void {
    told.push(`insert ${metadata.name} from ${describe(entity)}`);
  }

  beforeUpdate(event: UpdateEvent<object>): void {
    const columns = event.updatedColumns.map(({ propertyName }) => propertyName).join(', ');
    const loaded = (event.databaseEntity as object | undefined) ? ', with the loaded one' : '';
    told.push(`update ${event.metadata.name} from ${describe(event.entity)}, columns [${columns}]${loaded}`);
  }
}

function describe(entity: object | undefined): string {
  if (!entity) return 'nothing';
  const show = (value: unknown) => (typeof value === 'function' ? 'a function' : JSON.stringify(value));
  const values = Object.entries(entity).filter(([name]) => name !== 'id' && name !== 'changedAt');
  return `${entity.constructor.name} {${values.map(([name, value]) => `${name}: ${show(value)}`).join(', ')}}`;
}

/** A parent whose way back rebuilds it in the way of TypeORM's schema builder. */
export class RebuildsOnTheWayBack1800000000031 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE TABLE "owner" ("id" integer PRIMARY KEY)');
    await queryRunner.query(
      'CREATE TABLE "pet" ("id" integer PRIMARY KEY, "owner_id" integer REFERENCES "owner" ("id") ON DELETE CASCADE)',
    );
    await queryRunner.query('INSERT INTO "owner" VALUES (41)');
    await queryRunner.query('INSERT INTO "pet" VALUES (51, 41), (52, 41), (53, 41)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE TABLE "temporary_owner" ("id" integer PRIMARY KEY)');
    await queryRunner.query('INSERT INTO "temporary_owner" SELECT "id" FROM "owner"');
    await queryRunner.query('DROP TABLE "owner"');
    await queryRunner.query('ALTER TABLE "temporary_owner" RENAME TO "owner"');
  }
}

/** Options of TypeORM's own DataSource on a test database, with our part of them left out. */
export function stockOptions(
  { target, dialect }: TestDatabase,
  options: Partial<Pick<DataSourceOptions, 'entities' | 'migrations' | 'subscribers' | 'migrationsRun'>>,
): DataSourceOptions {
  const connection = databaseNamed(dialect).connectionOptions({ ...parseSettings({}), database: target });
  return { ...connection, ...options };
}

/** Provides TypeORM's own DataSource, connected. */
export async function withStock<T>(
  options: DataSourceOptions,
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = await new DataSource(options).initialize();
  try {
    return await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
