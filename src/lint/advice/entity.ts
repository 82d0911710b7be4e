/**
 * The advice about a column as its entity has it, for whom no SQL is written by hand.
 *
 * @param options those of the column, `type: 'bigint'` for example
 */
export function inEntity(options: string): string {
  return `In the entity: ${options}.`;
}
