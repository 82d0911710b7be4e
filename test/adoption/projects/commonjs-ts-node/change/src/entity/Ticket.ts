import { Column, CreateDateColumn, Entity, Index, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Agent } from './Agent';

export enum Urgency {
  LOW = 'low',
  HIGH = 'high',
}

@Entity('tickets')
@Index(['urgency', 'openedAt'])
export class Ticket {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  subject: string;

  @Column({ type: 'enum', enum: Urgency, default: Urgency.LOW })
  urgency: Urgency;

  @Column({ type: 'varchar', length: 8, nullable: true })
  channel: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  openedAt: Date;

  @ManyToOne(() => Agent, (agent) => agent.tickets, { onDelete: 'SET NULL' })
  agent: Agent | null;
}
