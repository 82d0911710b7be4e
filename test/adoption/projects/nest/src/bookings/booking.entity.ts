import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Guest } from './guest.entity';

export enum BookingState {
  HELD = 'held',
  PAID = 'paid',
}

@Entity('booking')
@Check('"nights" > 0')
export class Booking {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  id: string;

  @Index()
  @Column({ type: 'enum', enum: BookingState, default: BookingState.HELD })
  state: BookingState;

  @Column({ type: 'smallint' })
  nights: number;

  @Column('text', { array: true, default: () => "'{}'" })
  wishes: string[];

  @ManyToOne(() => Guest, { nullable: false, onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'guestId' })
  guest: Guest;
}
