import { expect } from 'chai';
import { comparedPicture } from '../../../src/diagram/compared-picture.js';
import { layoutOf } from '../../../src/diagram/layout.js';
import { onlyAround, parseOnly } from '../../../src/diagram/only.js';
import { pictureOf } from '../../../src/diagram/picture-of.js';
import { svgFile } from '../../../src/diagram/svg.js';
import { madeColumn, madeKey, madeTableOf } from '../../support/made-schema.js';

const id = madeColumn('id', 'integer');
const chain = ['a', 'b', 'c', 'd'].map((name, index, names) =>
  madeTableOf(name, {
    columns: [id, madeColumn('next', index === 1 ? 'enum mood' : 'integer')],
    foreignKeys: index < 3 ? [madeKey('next', names[index + 1] ?? '', 'CASCADE')] : [],
  }),
);
const CHAIN = pictureOf({
  dialect: 'postgres',
  tables: chain,
  enums: [
    { name: 'mood', values: ['glad'] },
    { name: 'other', values: [] },
  ],
});

describe('A part of a diagram', () => {
  for (const [words, boxes, lines] of [
    ['a', 'a', 0],
    ['a+1', 'a b mood', 1],
    ['c+1', 'b c d mood', 2],
    ['a+9', 'a b c d mood', 3],
  ] as const)
    it(`--only ${words} is ${boxes}`, () => {
      const part = onlyAround(CHAIN, [parseOnly(words)]);
      expect(part.boxes.map(({ name }) => name).join(' ')).to.equal(boxes);
      expect(part.lines).to.have.length(lines);
    });

  it('Two tables with their neighbours are both drawn', () => {
    const part = onlyAround(CHAIN, [parseOnly('a'), parseOnly('d')]);
    expect(part.boxes.map(({ name }) => name)).to.deep.equal(['a', 'd']);
  });

  for (const [words, message] of [
    ['', '--only: pass a table, or a table and a distance: --only jobs+1'],
    ['+', '--only: pass a table, or a table and a distance: --only jobs+1'],
    ['oter', '--only: there is no table "oter". Similar names: other'],
    ['zebra', '--only: there is no table "zebra". There are: a, b, c, d, mood, other'],
  ] as const)
    it(`--only "${words}" is refused`, () => {
      const refused = () => onlyAround(CHAIN, [parseOnly(words)]);
      expect(refused).to.throw(message).with.property('code', 'USAGE');
    });
});

describe('A diagram of two schemas', () => {
  const before = {
    dialect: 'postgres',
    enums: [{ name: 'mood', values: ['glad', 'sad'] }],
    tables: [
      madeTableOf('gone', { columns: [id] }),
      madeTableOf('pets', {
        columns: [id, madeColumn('age', 'integer'), madeColumn('size', 'integer')],
        foreignKeys: [madeKey('age', 'kept', 'CASCADE'), madeKey('size', 'kept', 'CASCADE')],
      }),
      madeTableOf('kept', { columns: [id] }),
    ],
  };
  const after = {
    dialect: 'postgres',
    enums: [{ name: 'mood', values: ['glad', 'calm'] }],
    tables: [
      madeTableOf('came', { columns: [id] }),
      madeTableOf('pets', {
        columns: [id, madeColumn('age', 'bigint'), madeColumn('name', 'text')],
        foreignKeys: [madeKey('age', 'kept', 'SET NULL')],
      }),
      madeTableOf('kept', { columns: [id] }),
    ],
  };
  const { boxes, lines } = comparedPicture(before, after);
  const box = (name: string) => boxes.find((one) => one.name === name);

  it('Tables, columns and values that came, went or changed are marked', () => {
    expect(boxes.map(({ name, mark }) => `${mark ?? 'same'} ${name}`)).to.deep.equal([
      'added came',
      'same kept',
      'changed pets',
      'changed mood',
      'removed gone',
    ]);
    const marks = box('pets')?.rows.map(({ name, mark, note }) =>
      [mark ?? 'same', name, note ?? ''].join(' ').trim(),
    );
    expect(marks).to.deep.equal([
      'same id',
      'changed age type was integer',
      'added name',
      'removed size',
      'changed foreign key (age)',
      'removed foreign key (size)',
    ]);
    expect(box('mood')?.rows.map(({ name, mark }) => `${mark ?? 'same'} ${name}`)).to.deep.equal([
      'same glad',
      'added calm',
      'removed sad',
    ]);
  });

  it('Relations are marked, and one whose action changed is one line', () => {
    expect(lines.map(({ mark, label }) => `${mark ?? 'same'} ${label}`)).to.deep.equal([
      'changed on delete set null',
      'removed on delete cascade',
    ]);
  });

  it('Each mark has its sign beside its colour', async () => {
    const svg = svgFile(await layoutOf({ boxes, lines }), 'Schema');
    for (const words of ['+ came', '− gone', '~ pets', '~ age', '+ name', '− size', '~ on delete set null'])
      expect(svg).to.include(`>${words}<`);
  });
});
