import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Expires } from '../expires.js';
import {
  HasDatabaseDefault,
  IsDate,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
} from '../validation/decorators.js';

/** A key that a client sent with a request, so that a repeated request is executed once. */
@Entity({ name: 'idempotency_keys' })
@Unique('uq_idempotency_keys_key', ['key'])
@Index('ix_idempotency_keys_key', ['key'], { unique: true })
@Index('ix_idempotency_keys_expires_at', ['expiresAt'])
@Expires('expiresAt')
export class IdempotencyKey {
  /** Surrogate key from the database. */
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_idempotency_keys' })
  @HasDatabaseDefault()
  @IsInt()
  id!: number;

  /** The key from the client; unique, 1 to 255 characters. */
  @Column({ name: 'key', type: String, length: 255 })
  @IsString()
  @Length(1, 255)
  key!: string;

  /** When the key was first seen; an instant, to the millisecond; default now. */
  @CreateDateColumn({ name: 'created_at', type: Date })
  @HasDatabaseDefault()
  @IsDate()
  createdAt!: Date;

  /** Path of its request, up to 255 characters. */
  @Column({ name: 'endpoint', type: String, length: 255, nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  endpoint!: string | null;

  /** HTTP status of the answer, 100 to 599, null while there is none. */
  @Column({ name: 'response_status', type: 'integer', nullable: true })
  @IsOptional()
  @IsInt()
  @Min(100)
  @Max(599)
  responseStatus!: number | null;

  /** Body of the answer, returned again to the same request; null while there is none. */
  @Column({ name: 'response_body', type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  responseBody!: string | null;

  /** When the key expires; an instant, null for never. */
  @Column({ name: 'expires_at', type: Date, nullable: true })
  @IsOptional()
  @IsDate()
  expiresAt!: Date | null;
}
