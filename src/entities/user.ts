import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, Unique, UpdateDateColumn } from 'typeorm';
import {
  HasDatabaseDefault,
  IsBoolean,
  IsDate,
  IsEnum,
  IsInt,
  IsString,
  Length,
} from '../validation/decorators.js';
import { UserRole } from './enums.js';

/** A person who may use the orchestrator. */
@Entity({ name: 'users' })
@Unique('uq_users_username', ['username'])
export class User {
  /** Surrogate key from the database. */
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_users' })
  @HasDatabaseDefault()
  @IsInt()
  id!: number;

  /** The name to log in with; unique, 1 to 100 characters. */
  @Column({ name: 'username', type: String, length: 100 })
  @IsString()
  @Length(1, 100)
  username!: string;

  /** Argon2id in PHC form, up to 255 characters; left out of queries that do not select it. */
  @Column({ name: 'password_hash', type: String, length: 255, select: false })
  @IsString()
  @Length(1, 255)
  passwordHash!: string;

  /** What the user may do; default OPERATOR. */
  @Column({
    name: 'role',
    type: 'simple-enum',
    enum: UserRole,
    enumName: 'userrole',
    default: UserRole.OPERATOR,
  })
  @HasDatabaseDefault()
  @IsEnum(UserRole)
  role!: UserRole;

  /** Whether the user may log in; default true. */
  @Column({ name: 'is_active', type: Boolean, default: true })
  @HasDatabaseDefault()
  @IsBoolean()
  isActive!: boolean;

  /** When the row was created; an instant, to the millisecond; default now. */
  @CreateDateColumn({ name: 'created_at', type: Date })
  @HasDatabaseDefault()
  @IsDate()
  createdAt!: Date;

  /** When the row was last written through TypeORM; an instant, to the millisecond; default now. */
  @UpdateDateColumn({ name: 'updated_at', type: Date })
  @HasDatabaseDefault()
  @IsDate()
  updatedAt!: Date;
}
