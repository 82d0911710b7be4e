import { EventSubscriber, type EntitySubscriberInterface, type UpdateEvent } from 'typeorm';
import { dialectOf } from '../dialect/dialect.js';

/**
 * Sets the update date where the database's CURRENT_TIMESTAMP, which TypeORM writes into every UPDATE, would not do:
 * on SQLite that is text to the second, in another format than all other instants. There the clock of the process is
 * the clock of the database.
 */
@EventSubscriber()
export class UpdatedAtSubscriber implements EntitySubscriberInterface {
  beforeUpdate(event: UpdateEvent<Record<string, unknown>>): void {
    const column = event.metadata.updateDateColumn;
    if (
      !column ||
      !event.entity ||
      dialectOf(event.queryRunner.connection).capabilities.currentTimestampIsInstant
    )
      return;
    if (!isSetByCaller(event, column.propertyName)) column.setEntityValue(event.entity, new Date());
  }
}

/** A loaded entity carries its old date, which is not the caller's wish. */
function isSetByCaller(event: UpdateEvent<Record<string, unknown>>, property: string): boolean {
  const loaded = event.databaseEntity as object | undefined;
  if (!loaded) return event.entity?.[property] !== undefined;
  return event.updatedColumns.some((column) => column.propertyName === property);
}
