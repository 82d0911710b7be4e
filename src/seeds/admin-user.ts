import type { EntityManager } from 'typeorm';
import { User, UserRole } from '../entities/index.js';
import { optionalPackage } from '../optional-package.js';
import { insertMissing } from './insert-missing.js';
import { sameText } from './same-text.js';

/** OWASP's first choice of parameters for Argon2id: 19 MiB, two passes, one lane. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Creates an administrator. Returns false, and changes nothing, where a user with that name exists. */
type CreateAdmin = (manager: EntityManager, username: string, password: string) => Promise<boolean>;

/**
 * Loads the function that creates administrators.
 *
 * @throws PackageMissingError without the package that hashes passwords
 */
export async function loadAdmins(): Promise<CreateAdmin> {
  const { hash } = await optionalPackage('@node-rs/argon2', () => import('@node-rs/argon2'));
  return async (manager, username, password) => {
    if (await manager.existsBy(User, { username: sameText(username) })) return false;
    const passwordHash = await hash(password, ARGON2);
    await insertMissing(manager, User, { username, passwordHash, role: UserRole.ADMIN });
    return true;
  };
}
