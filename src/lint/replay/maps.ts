/** The map with a key set. */
export function withKey<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value);
}

/** The map without a key. */
export function withoutKey<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

/** The map with a value under another key, at the same place. */
export function renameKey<V>(map: ReadonlyMap<string, V>, from: string, to: string): ReadonlyMap<string, V> {
  return map.has(from) ? new Map([...map].map(([key, value]) => [key === from ? to : key, value])) : map;
}

/** The map with every value changed. */
export function mapValues<V>(map: ReadonlyMap<string, V>, change: (value: V) => V): ReadonlyMap<string, V> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

/** The map without what does not hold. */
export function filterMap<V>(
  map: ReadonlyMap<string, V>,
  holds: (value: V, key: string) => boolean,
): ReadonlyMap<string, V> {
  return new Map([...map].filter(([key, value]) => holds(value, key)));
}
