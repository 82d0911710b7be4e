import {
  ChildEntity,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  TableInheritance,
  Tree,
  TreeChildren,
  TreeLevelColumn,
  TreeParent,
  Unique,
  type EntitySchema,
} from 'typeorm';
import { entity } from './no-false-alarm-database.js';

@Entity()
@Tree('closure-table')
export class ClosureNode {
  @PrimaryGeneratedColumn()
  id!: number;

  @TreeChildren()
  children!: ClosureNode[];

  @TreeParent({ onDelete: 'CASCADE' })
  parent!: unknown;

  @TreeLevelColumn()
  level!: number;
}

@Entity()
@Tree('closure-table', {
  closureTableName: 'category_tree',
  ancestorColumnName: () => 'above',
  descendantColumnName: () => 'below',
})
export class NamedClosureNode {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @TreeChildren()
  children!: NamedClosureNode[];

  @TreeParent()
  parent!: unknown;
}

@Entity()
@Tree('materialized-path')
export class PathNode {
  @PrimaryGeneratedColumn()
  id!: number;

  @TreeChildren()
  children!: PathNode[];

  @TreeParent()
  parent!: unknown;
}

@Entity()
@Tree('nested-set')
export class NestedNode {
  @PrimaryGeneratedColumn()
  id!: number;

  @TreeChildren()
  children!: NestedNode[];

  @TreeParent()
  parent!: unknown;
}

@Entity()
export class AdjacencyNode {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => AdjacencyNode, (node) => node.children, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'parent_id' })
  parent!: unknown;

  @OneToMany(() => AdjacencyNode, (node) => node.parent)
  children!: AdjacencyNode[];
}

export const TREES = [ClosureNode, NamedClosureNode, PathNode, NestedNode, AdjacencyNode];

export class Money {
  @Column({ type: 'decimal', precision: 12, scale: 2, default: '0.00' })
  amount!: string;

  @Index()
  @Column({ type: 'varchar', length: 3, default: 'EUR' })
  currency!: string;
}

export class Address {
  @Column({ type: String })
  street!: string;

  @Column({ type: String, nullable: true, unique: true })
  label!: string | null;

  @Column(() => Money)
  fee!: Money;
}

@Entity()
export class Customer {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column(() => Address)
  home!: Address;

  @Column(() => Address, { prefix: 'work_' })
  work!: Address;

  @Column(() => Money, { prefix: false })
  balance!: Money;
}

@Entity()
@TableInheritance({ column: { type: 'varchar', name: 'kind', length: 30, default: 'Content' } })
@Unique(['title'])
export class Content {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: String })
  title!: string;
}

@ChildEntity()
export class Photo extends Content {
  @Column({ type: 'integer', nullable: false })
  width!: number;

  @Index()
  @Column({ type: 'integer', default: 3 })
  height!: number;
}

@ChildEntity('q')
@Index(['answers', 'title'])
export class Question extends Content {
  @Column({ type: 'integer', unique: true })
  answers!: number;

  @ManyToOne(() => Customer, { onDelete: 'CASCADE' })
  asker!: unknown;
}

export abstract class Dated {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: Date, default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: Date;

  @ManyToOne(() => Customer)
  owner!: unknown;
}

@Entity()
export class Invoice extends Dated {
  @Column({ type: Number })
  total!: number;
}

@Entity()
export class PaidInvoice extends Invoice {
  @Index({ unique: true })
  @Column({ type: String })
  receipt!: string;
}

export const FAMILIES = [Customer, Content, Photo, Question, Invoice, PaidInvoice];

/** TypeORM passes the words on as they are, and its type has DEFAULT, which is no SQL. */
const ACTIONS = ['NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT' as 'DEFAULT'] as const;
const DEFERRABLE = [undefined, 'INITIALLY IMMEDIATE', 'INITIALLY DEFERRED'] as const;

/** A child for every pair of actions and every moment of checking. */
export const ACTING: readonly EntitySchema[] = [
  entity('parent', { note: { type: 'text' } }),
  ...ACTIONS.flatMap((onDelete) =>
    DEFERRABLE.map((deferrable) =>
      entity(
        `child ${onDelete} ${deferrable ?? ''}`,
        { note: { type: 'text' } },
        {
          relations: Object.fromEntries(
            ACTIONS.map((onUpdate) => [
              `on update ${onUpdate}`,
              {
                type: 'many-to-one' as const,
                target: 'parent',
                onDelete,
                onUpdate,
                ...(deferrable ? { deferrable } : {}),
              },
            ]),
          ),
        },
      ),
    ),
  ),
];
