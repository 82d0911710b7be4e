import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

@Entity({ name: 'payments' })
@Check('ck_payments_cents', '"cents" > 0')
export class Payment {
  @PrimaryGeneratedColumn()
  id!: number;

  @Index('ix_payments_payer')
  @Column({ type: 'varchar', length: 60 })
  payer!: string;

  @Column({ type: 'integer' })
  cents!: number;
}
