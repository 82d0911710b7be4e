/** The type of the elements of an array; of any other type, that type. */
export function elementType(type: string): string {
  return type.replace(/(\[\])+$/, '');
}
