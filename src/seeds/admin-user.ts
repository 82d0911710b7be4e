import { hash } from '@node-rs/argon2';
import type { EntityManager } from 'typeorm';
import { User, UserRole } from '../entities/index.js';
import { insertMissing } from './insert-missing.js';

/** OWASP's first choice for Argon2id, which is what the library makes by default: 19 MiB, two passes, one lane. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * Makes an administrator, unless a user of that name exists; then nothing changes, the password included.
 *
 * @returns whether the user was made
 */
export async function createAdmin(
  manager: EntityManager,
  username: string,
  password: string,
): Promise<boolean> {
  if (await manager.existsBy(User, { username })) return false;
  const passwordHash = await hash(password, ARGON2);
  await insertMissing(manager, User, { username, passwordHash, role: UserRole.ADMIN });
  return true;
}
