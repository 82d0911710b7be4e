import { changedPart, sidesOf, type Change } from '../schema/change.js';
import { diff } from '../schema/diff.js';
import { normalise } from '../schema/normalise.js';
import type { SchemaModel } from '../schema/model.js';
import { pictureOf } from './picture-of.js';
import type { Box, Line, Mark, Picture, Row } from './picture.js';

/** Both schemas in one picture: what the second one has besides, lacks, or has otherwise is marked. */
export function comparedPicture(before: SchemaModel, after: SchemaModel): Picture {
  const [old, now] = [pictureOf(before), pictureOf(after)];
  const changes = diff(normalise(before), normalise(after));
  const former = new Map(old.boxes.map((box) => [keyOf(box), box]));
  const present = new Set(now.boxes.map(keyOf));
  const gone = old.boxes.filter((box) => !present.has(keyOf(box)));
  return {
    boxes: [
      ...now.boxes.map((box) => marked(box, former.get(keyOf(box)), changes)),
      ...gone.map((box) => ({ ...box, mark: 'removed' as const })),
    ],
    lines: comparedLines(old.lines, now.lines),
  };
}

/** A table may have become partitioned. */
function keyOf({ kind, name }: Box): string {
  return `${kind === 'enum' ? 'enum' : kind.endsWith('view') ? 'view' : 'table'} ${name}`;
}

function marked(box: Box, former: Box | undefined, changes: readonly Change[]): Box {
  if (!former) return { ...box, mark: 'added' };
  const own = changes.filter((change) => (change.table || change.object) === box.name);
  const rows = box.kind === 'enum' ? comparedValues(box, former) : comparedRows(box, former, own);
  const isChanged = own.length > 0 || rows.some(({ mark }) => mark !== undefined);
  return isChanged ? { ...box, rows, mark: 'changed' } : box;
}

function comparedValues(box: Box, former: Box): readonly Row[] {
  const values = (rows: readonly Row[]) => new Set(rows.map(({ name }) => name));
  const [was, is] = [values(former.rows), values(box.rows)];
  return [
    ...box.rows.map((row) => (was.has(row.name) ? row : { ...row, mark: 'added' as const })),
    ...former.rows.filter(({ name }) => !is.has(name)).map((row) => ({ ...row, mark: 'removed' as const })),
  ];
}

/** Columns in their place, then what went, then the other parts that changed. */
function comparedRows(box: Box, former: Box, changes: readonly Change[]): readonly Row[] {
  const columns = changes.filter((change) => changedPart(change) === 'column');
  const marks = new Map(columns.map((change) => [change.object, markOf(change)]));
  const aspects = new Map(columns.map((change) => [change.object, change]));
  const gone = former.rows.filter(({ name }) => marks.get(name) === 'removed');
  return [
    ...box.rows.map((row) => withMark(row, marks.get(row.name), aspects.get(row.name))),
    ...gone.map((row) => ({ ...row, mark: 'removed' as const })),
    ...changes.filter((change) => changedPart(change) !== 'column').map(partRow),
  ];
}

function withMark(row: Row, mark: Mark | undefined, change: Change | undefined): Row {
  if (mark === undefined) return row;
  const words = change && mark === 'changed' ? changedWords(change) : '';
  return { ...row, mark, ...(words === '' ? {} : { note: words }) };
}

/** Which aspects differ, and what the one was before. */
function changedWords(change: Change): string {
  const aspects = 'aspects' in change ? change.aspects : [];
  const { live } = sidesOf(change);
  return aspects.length === 1
    ? `${aspects[0] ?? ''} was ${live ?? 'absent'}`
    : `changed: ${aspects.join(', ')}`;
}

function partRow(change: Change): Row {
  const part = changedPart(change);
  const name = part === 'table' ? 'table' : `${part.replaceAll('-', ' ')} ${change.object}`;
  const detail = 'aspects' in change ? change.aspects.join(', ') : '';
  return { name, detail, keys: [], nullable: false, mark: markOf(change) };
}

function markOf({ kind }: Change): Mark {
  if (kind.startsWith('add-') || kind === 'create-table') return 'added';
  return kind.startsWith('drop-') ? 'removed' : 'changed';
}

/** A relation is known by its columns: one whose action changed is not two. */
function comparedLines(old: readonly Line[], now: readonly Line[]): readonly Line[] {
  const former = new Map(old.map((line) => [endsOf(line), line]));
  const present = new Set(now.map(endsOf));
  return [
    ...now.map((line) => withLineMark(line, former.get(endsOf(line)))),
    ...old
      .filter((line) => !present.has(endsOf(line)))
      .map((line) => ({ ...line, mark: 'removed' as const })),
  ];
}

function withLineMark(line: Line, former: Line | undefined): Line {
  if (!former) return { ...line, mark: 'added' };
  const isSame =
    former.label === line.label && former.optional === line.optional && former.single === line.single;
  return isSame ? line : { ...line, mark: 'changed' };
}

function endsOf({ parent, child, parentColumns, childColumns }: Line): string {
  return JSON.stringify([parent, child, parentColumns, childColumns]);
}
