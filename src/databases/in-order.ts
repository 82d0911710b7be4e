/** What has to come before what, by name: arrows of a graph without circles. */
type Arrows<Name extends string> = Readonly<Record<Name, { readonly after: readonly Name[] }>>;

/** Each name behind everything that it comes after; apart from that, in the order in which they are listed. */
export function inOrder<Name extends string>(arrows: Arrows<Name>): readonly Name[] {
  const placed = new Set<Name>();
  const place = (name: Name) => {
    if (placed.has(name)) return;
    arrows[name].after.forEach(place);
    placed.add(name);
  };
  (Object.keys(arrows) as Name[]).forEach(place);
  return [...placed];
}
