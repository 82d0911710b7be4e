/** A rectangle to be placed. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels between two rectangles. */
const SPACE = 28;
/** How much wider than high a picture is to be. */
const SHAPE = 1.5;

/** Places rectangles beside and under each other without overlap, in their order, the first ones at the top. */
export function packed<T extends Size>(
  items: readonly T[],
): readonly { readonly item: T; readonly x: number; readonly y: number }[] {
  const limit = limitFor(items);
  const placed: { item: T; x: number; y: number }[] = [];
  for (const item of items) {
    const candidates = [0, ...placed.map((one) => one.x + one.item.width + SPACE)];
    const fitting = candidates.filter((x) => x === 0 || x + item.width <= limit);
    const spots = fitting.map((x) => ({ item, x, y: lowest(placed, x, item.width) }));
    placed.push(spots.reduce((best, spot) => (spot.y < best.y ? spot : best)));
  }
  return placed;
}

function limitFor(items: readonly Size[]): number {
  const area = items.reduce((sum, { width, height }) => sum + (width + SPACE) * (height + SPACE), 0);
  return Math.max(Math.sqrt(area * SHAPE), ...items.map(({ width }) => width));
}

/** Under everything that is above this strip. */
function lowest(placed: readonly { item: Size; x: number; y: number }[], x: number, width: number): number {
  const above = placed.filter((one) => one.x < x + width + SPACE && x < one.x + one.item.width + SPACE);
  return Math.max(0, ...above.map((one) => one.y + one.item.height + SPACE));
}
