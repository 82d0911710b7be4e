import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';
import { Customer } from './customer.entity';

@Entity('invoices')
@Unique(['number', 'year'])
export class Invoice {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  number: number;

  @Column('smallint')
  year: number;

  @Column('decimal', { precision: 10, scale: 2, default: 0 })
  total: string;

  @Column({ default: false })
  paid: boolean;

  @ManyToOne(() => Customer, (customer) => customer.invoices)
  @JoinColumn({ name: 'customer_id' })
  customer: Customer;

  @CreateDateColumn({ name: 'created_at' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at' })
  updatedAt: Date;

  @DeleteDateColumn({ name: 'deleted_at' })
  deletedAt: Date;

  @VersionColumn()
  version: number;
}
