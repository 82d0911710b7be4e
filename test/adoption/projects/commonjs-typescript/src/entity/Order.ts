import { Column, Entity, Index, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Customer } from './Customer';

@Entity('orders')
export class Order {
  @PrimaryGeneratedColumn()
  id: number;

  @Index()
  @Column({ type: 'varchar', length: 20, default: 'open' })
  status: string;

  @Column('integer')
  cents: number;

  @ManyToOne(() => Customer, (customer) => customer.orders, { onDelete: 'CASCADE', nullable: false })
  customer: Customer;
}
