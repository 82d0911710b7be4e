/** Validates entities on every write through TypeORM, by the rules of class-validator on their properties. */

import { EventSubscriber, type EntitySubscriberInterface, type InsertEvent, type UpdateEvent } from 'typeorm';
import { validateInsert, validateUpdate } from './validate-entity.js';

/**
 * Enforces the class-validator rules of every entity on every write through TypeORM: `save`, `insert`, `update`,
 * `upsert` and query builders, entities and plain objects alike. TypeORM calls it for all rows of a `save` before it
 * writes the first, so one invalid row prevents the whole `save`.
 */
@EventSubscriber()
export class EntityValidationSubscriber implements EntitySubscriberInterface {
  beforeInsert(event: InsertEvent<Readonly<Record<string, unknown>>>): void {
    validateInsert(event.metadata, event.entity);
  }

  /** The event has no entity when TypeORM only clears a foreign key. */
  beforeUpdate(event: UpdateEvent<Readonly<Record<string, unknown>>>): void {
    if (event.entity) validateUpdate(event.metadata, event.entity);
  }
}
