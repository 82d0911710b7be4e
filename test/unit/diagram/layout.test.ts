import { expect } from 'chai';
import { layoutOf } from '../../../src/diagram/layout.js';
import { lineWords } from '../../../src/diagram/measure.js';
import type { Area, Layout } from '../../../src/diagram/places.js';
import { pictureOf } from '../../../src/diagram/picture-of.js';
import { FONT_SIZE, textWidth } from '../../../src/diagram/text-size.js';
import { madeColumn, madeKey, madeSchema, madeTableOf } from '../../support/made-schema.js';

interface Named extends Area {
  readonly name: string;
}

function boxAreas({ boxes }: Layout): readonly Named[] {
  return boxes.map(({ shown, area }) => ({ ...area, name: `${shown.box.kind} ${shown.box.name}` }));
}

function labelAreas({ lines }: Layout): readonly Named[] {
  return lines.flatMap(({ line, label }) => {
    if (!label) return [];
    const width = textWidth(lineWords(line));
    const corner = { x: label.x - width / 2, y: label.y - FONT_SIZE / 2 };
    return [{ ...corner, width, height: FONT_SIZE, name: `label of ${line.child} to ${line.parent}` }];
  });
}

/** Pairs of names whose areas share more than their borders. */
function overlaps(areas: readonly Named[]): readonly string[] {
  return areas.flatMap((one, at) =>
    areas.slice(at + 1).flatMap((other) => (isApart(one, other) ? [] : [`${one.name} and ${other.name}`])),
  );
}

function isApart(a: Area, b: Area): boolean {
  const gap = 0.5;
  return (
    a.x + a.width <= b.x + gap ||
    b.x + b.width <= a.x + gap ||
    a.y + a.height <= b.y + gap ||
    b.y + b.height <= a.y + gap
  );
}

describe('The layout of a diagram', function () {
  this.timeout(60_000);

  it('The check for overlap finds two boxes that share a place', () => {
    const box = { x: 0, y: 0, width: 10, height: 10 };
    expect(
      overlaps([
        { ...box, name: 'a' },
        { ...box, x: 9, name: 'b' },
      ]),
    ).to.deep.equal(['a and b']);
  });

  for (const count of [7, 50, 200])
    it(`Of ${count} tables, no box or label lies over another, and each is in the picture once`, async () => {
      const schema = madeSchema(count);
      const layout = await layoutOf(pictureOf(schema));
      expect(overlaps([...boxAreas(layout), ...labelAreas(layout)])).to.deep.equal([]);
      const names = [...schema.tables, ...schema.enums].map(({ name }) => name).sort();
      expect(layout.boxes.map(({ shown }) => shown.box.name).sort()).to.deep.equal(names);
      for (const { x, y, width, height } of boxAreas(layout)) {
        expect(Math.min(x, y)).to.be.at.least(-0.5);
        expect(x + width).to.be.at.most(layout.width + 0.5);
        expect(y + height).to.be.at.most(layout.height + 0.5);
      }
    });

  it('Every text fits into its box', async () => {
    const { boxes } = await layoutOf(pictureOf(madeSchema(50)));
    const wide = boxes.flatMap(({ shown }) =>
      shown.rows
        .filter(({ name, detail }) => shown.nameAt + textWidth(name) + textWidth(detail) > shown.width)
        .map(({ name }) => `${shown.box.name}.${name}`),
    );
    expect(wide).to.deep.equal([]);
  });

  it('Every relation is a line, or words in the row of its column where it leads to another group', async () => {
    const schema = madeSchema(200);
    const { boxes, lines, groups } = await layoutOf(pictureOf(schema));
    const words = boxes.flatMap(({ shown }) => shown.rows.filter(({ detail }) => detail.includes('→')));
    const relations = schema.tables.flatMap(({ foreignKeys }) => foreignKeys);
    expect(lines.length + words.length).to.equal(relations.length);
    expect(words.map(({ detail }) => detail)).to.include('integer → auth_thing0, on delete set null');
    expect(groups.map(({ group }) => group.name))
      .to.include('auth_…')
      .and.to.have.length(10);
    for (const { curve } of lines) expect(curve.length % 3, 'a Bézier curve').to.equal(1);
  });

  it('Schemas are frames, and lines lead from one to another in a small picture', async () => {
    const tables = [
      madeTableOf('audit.events', {
        columns: [madeColumn('id', 'integer'), madeColumn('job_id', 'integer')],
        foreignKeys: [madeKey('job_id', 'jobs', 'RESTRICT')],
      }),
      madeTableOf('jobs', { columns: [madeColumn('id', 'integer')] }),
    ];
    const { groups, lines } = await layoutOf(pictureOf({ dialect: 'postgres', tables, enums: [] }));
    expect(groups.map(({ group }) => group.name)).to.deep.equal(['audit']);
    expect(lines.map(({ line }) => line.label)).to.deep.equal(['on delete restrict']);
  });

  it('An empty schema is an empty picture, and a key to a table that is not there is left out', async () => {
    expect((await layoutOf(pictureOf({ dialect: 'sqlite', tables: [], enums: [] }))).boxes).to.deep.equal([]);
    const orphan = madeTableOf('jobs', { foreignKeys: [madeKey('id', 'gone', 'CASCADE')] });
    const layout = await layoutOf(pictureOf({ dialect: 'sqlite', tables: [orphan], enums: [] }));
    expect(layout.lines).to.deep.equal([]);
  });
});
