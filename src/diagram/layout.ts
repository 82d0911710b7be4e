import type { Graphviz } from '@hpcc-js/wasm-graphviz';
import { optionalPackage } from '../optional-package.js';
import { dotOf, type Graph } from './graph.js';
import { islandsOf, type Island } from './islands.js';
import { measured, type ShownBox } from './measure.js';
import { ownLines, widthBeside } from './own-lines.js';
import { packed } from './pack.js';
import type { Picture } from './picture.js';
import type { Area, Layout, Point } from './places.js';

/** What Graphviz writes as JSON, as far as it is used. */
interface Found {
  readonly bb: string;
  readonly objects?: readonly { readonly name: string; readonly pos?: string; readonly bb?: string }[];
  readonly edges?: readonly { readonly id: string; readonly pos: string; readonly lp?: string }[];
}

/**
 * Finds places for the boxes and lines of a picture, with Graphviz, which is loaded for that. The same picture always
 * has the same places.
 *
 * @throws PackageMissingError without the package that finds them
 */
export async function layoutOf(picture: Picture): Promise<Layout> {
  const { Graphviz } = await optionalPackage(
    '@hpcc-js/wasm-graphviz',
    () => import('@hpcc-js/wasm-graphviz'),
  );
  const graphviz = await Graphviz.load();
  const parts = islandsOf(picture).map((island) => placeIsland(island, graphviz));
  return joined([...parts].sort((a, b) => weightOf(b) - weightOf(a)));
}

/** Large parts first, then tables alone, then enums. */
function weightOf({ boxes, height }: Layout): number {
  if (boxes.length > 1) return 1e6 + height;
  return (boxes[0]?.shown.box.kind === 'enum' ? 0 : 1e5) + height;
}

function placeIsland({ boxes, lines, groups }: Island, graphviz: Graphviz): Layout {
  const own = lines.filter(({ parent, child }) => parent === child);
  const ownOf = (name: string, kind: string) =>
    kind === 'enum' ? [] : own.filter(({ child }) => child === name);
  const shown = boxes.map((box) => measured(box, widthBeside(ownOf(box.name, box.kind))));
  const others = lines.filter(({ parent, child }) => parent !== child);
  const graph = { boxes: shown, lines: others, groups };
  const json = graphviz.layout(dotOf(graph), 'json', 'dot');
  const placed = placedBy(JSON.parse(json) as Found, graph);
  const loops = placed.boxes.flatMap(({ shown: one, area }) =>
    ownLines(one, ownOf(one.box.name, one.box.kind), { x: area.x + area.width, y: area.y }),
  );
  return { ...placed, lines: [...placed.lines, ...loops] };
}

function placedBy(found: Found, graph: Graph): Layout {
  const [, , width = 0, height = 0] = numbers(found.bb);
  const objects = new Map(found.objects?.map((one) => [one.name, one]));
  const edges = new Map(found.edges?.map((one) => [one.id, one]));
  const point = (text: string): Point => {
    const [x = 0, y = 0] = numbers(text);
    return { x, y: height - y };
  };
  return {
    width,
    height,
    boxes: graph.boxes.map((shown, index) => ({
      shown,
      area: around(point(objects.get(`n${index}`)?.pos ?? ''), shown),
    })),
    groups: graph.groups.map((group, index) => ({
      group,
      area: within(objects.get(`cluster_${index}`)?.bb, height),
    })),
    lines: graph.lines.map((line, index) => {
      const { pos = '', lp } = edges.get(`e${index}`) ?? {};
      const curve = pos === '' ? [] : pos.split(' ').map(point);
      return { line, curve, label: lp === undefined ? null : point(lp) };
    }),
  };
}

function numbers(text: string): readonly number[] {
  return text.split(',').map(Number);
}

/** The place beside a box is part of what Graphviz knows. */
function around({ x, y }: Point, { width, height, beside }: ShownBox): Area {
  return { x: x - (width + beside) / 2, y: y - height / 2, width, height };
}

function within(bb: string | undefined, total: number): Area {
  const [left = 0, bottom = 0, right = 0, top = 0] = numbers(bb ?? '');
  return { x: left, y: total - top, width: right - left, height: top - bottom };
}

function joined(parts: readonly Layout[]): Layout {
  const placed = packed(parts).map(({ item, x, y }) => moved(item, { x, y }));
  return {
    width: Math.max(0, ...placed.map((one) => one.width)),
    height: Math.max(0, ...placed.map((one) => one.height)),
    boxes: placed.flatMap(({ boxes }) => boxes),
    groups: placed.flatMap(({ groups }) => groups),
    lines: placed.flatMap(({ lines }) => lines),
  };
}

/** The size then reaches from the corner of the whole picture. */
function moved(layout: Layout, by: Point): Layout {
  const move = <T extends Point>(place: T): T => ({ ...place, x: place.x + by.x, y: place.y + by.y });
  return {
    width: layout.width + by.x,
    height: layout.height + by.y,
    boxes: layout.boxes.map(({ shown, area }) => ({ shown, area: move(area) })),
    groups: layout.groups.map(({ group, area }) => ({ group, area: move(area) })),
    lines: layout.lines.map(({ line, curve, label }) => ({
      line,
      curve: curve.map(move),
      label: label && move(label),
    })),
  };
}
