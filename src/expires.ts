/** The decorator of entities whose rows expire. It needs nothing of TypeORM, so entities can import it alone. */

/** Registered, so that two copies of this package in one process know the same classes. */
const PROPERTY = Symbol.for('orchestrator-db.expires');

/**
 * Declares that a row of an entity is no longer needed from the moment in this property on; null is never. It stands
 * beside `@Entity`. `partitions keep` and `keepPartitionsMs` of `DatabaseModule` delete such rows.
 *
 * @param property a date and time of the entity
 */
export function Expires(property: string): ClassDecorator {
  return (target) => {
    Object.defineProperty(target, PROPERTY, { value: property });
  };
}

/** The property by which rows of a class itself expire; undefined where they do not. */
export function expiresBy(target: unknown): string | undefined {
  if (typeof target !== 'function' || !Object.hasOwn(target, PROPERTY)) return undefined;
  return (target as unknown as Readonly<Record<typeof PROPERTY, string>>)[PROPERTY];
}
