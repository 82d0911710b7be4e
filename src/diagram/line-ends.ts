import type { Point } from './places.js';
import type { Line } from './picture.js';

/** How far the signs at the ends reach from a box, pixels. */
const REACH = 10;
const SPREAD = 5;

/** Crow's feet: how many children a parent has, and whether a child has a parent. */
export function lineEnds(curve: readonly Point[], { optional, single }: Line): string {
  const [parent, child] = [curve[0], curve.at(-1)];
  if (!parent || !child) return '';
  const parentEnd = optional ? ring(parent, sideOf(curve)) : bar(parent, sideOf(curve), REACH);
  const childSide = sideOf([...curve].reverse());
  return `${bar(parent, sideOf(curve), SPREAD)}${parentEnd}${single ? bar(child, childSide, SPREAD) : foot(child, childSide)}`;
}

/** 1 where a line leaves to the right, -1 to the left. */
function sideOf([end, next]: readonly Point[]): number {
  return (next?.x ?? 0) >= (end?.x ?? 0) ? 1 : -1;
}

function bar({ x, y }: Point, side: number, distance: number): string {
  return path([x + side * distance, y - SPREAD], [x + side * distance, y + SPREAD]);
}

function foot({ x, y }: Point, side: number): string {
  return path([x, y - SPREAD], [x + side * REACH, y], [x, y + SPREAD]);
}

function ring({ x, y }: Point, side: number): string {
  return `<circle cx="${(x + side * (REACH + 2)).toFixed(1)}" cy="${y.toFixed(1)}" r="3.5"/>`;
}

function path(...points: readonly (readonly [number, number])[]): string {
  return `<path d="M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join(' L')}"/>`;
}
