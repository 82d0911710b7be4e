import { Column, Entity, OneToMany, PrimaryGeneratedColumn } from 'typeorm';
import { Ticket } from './Ticket';

@Entity('agents')
export class Agent {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column({ length: 60 })
  name: string;

  @Column({ default: true })
  onDuty: boolean;

  @OneToMany(() => Ticket, (ticket) => ticket.agent)
  tickets: Ticket[];
}
