import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { HasDatabaseDefault, IsDate, IsInt, IsString, Length } from '../validation/decorators.js';

/** A key that a client sent with a request, so that the same request is carried out once. */
@Entity({ name: 'idempotency_keys' })
@Unique('uq_idempotency_keys_key', ['key'])
@Index('ix_idempotency_keys_key', ['key'], { unique: true })
export class IdempotencyKey {
  /** Surrogate key, given by the database. */
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_idempotency_keys' })
  @HasDatabaseDefault()
  @IsInt()
  id!: number;

  /** What the client sent; unique, 1 to 255 characters. */
  @Column({ name: 'key', type: String, length: 255 })
  @IsString()
  @Length(1, 255)
  key!: string;

  /** When the key was first seen; an instant, to the millisecond; default now. */
  @CreateDateColumn({ name: 'created_at', type: Date })
  @HasDatabaseDefault()
  @IsDate()
  createdAt!: Date;
}
