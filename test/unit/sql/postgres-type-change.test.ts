import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costOfTypeChange, type TypeChangeWork } from '../../../src/sql/postgres-type-change.js';
import { parsePostgresType, type PostgresType } from '../../../src/sql/postgres-types.js';
import { root } from '../../support/run-script.js';

const WORKS: Readonly<Record<string, TypeChangeWork>> = {
  nothing: 'nothing',
  'the plain indexes of the column': 'indexes',
  'the table and all its indexes': 'heap',
};

/** A row of the page, one change after the other: from, to, and what is rebuilt. */
function changesOn(page: string): readonly (readonly [from: string, to: string, words: string])[] {
  const rows = page.split('\n').filter((line) => /^\| `/.test(line));
  return rows.flatMap((row) => {
    const [, from = '', to = '', words = ''] = row.split('|').map((cell) => cell.trim());
    return typesIn(from).flatMap((former) => typesIn(to).map((later) => [former, later, words] as const));
  });
}

/** With what stands behind a type: `timestamptz` in UTC. */
function typesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`( in UTC)?/g)].map(([, type = '', zone = '']) => `${type}${zone}`);
}

const COLLATED = ' COLLATE "C"';
const IN_UTC = ' in UTC';

describe('What a change of type costs', () => {
  const page = readFileSync(join(root, 'docs/online.md'), 'utf8');
  const section = page.slice(page.indexOf('## What a change of type costs'), page.indexOf('## A wider type'));

  it('The page on changes of type contains every kind of work', () => {
    expect(new Set(changesOn(section).map(([, , words]) => words))).to.deep.equal(
      new Set(Object.keys(WORKS)),
    );
  });

  for (const [from, to, words] of changesOn(section))
    it(`A change of type from ${from} to ${to} costs ${words}, as on the page`, () => {
      const later = parsePostgresType(to.replace(COLLATED, '').replace(IN_UTC, ''));
      const zone = to.endsWith(IN_UTC) ? 'UTC' : null;
      const cost = costOfTypeChange(parsePostgresType(from), later, {
        zone,
        recollated: to.includes(COLLATED),
      });
      expect(cost.work).to.equal(WORKS[words]);
    });

  it('A change of an unknown type counts as a rewrite, unless the type stays the same', () => {
    const own: PostgresType = { name: 'geometry', modifiers: ['point', 4326], array: false };
    const work = (to: PostgresType) => costOfTypeChange(own, to).work;
    expect(work(own)).to.equal('nothing');
    expect(work({ ...own, modifiers: [] })).to.equal('nothing');
    expect(work({ ...own, modifiers: ['polygon', 4326] })).to.equal('heap');
    expect(work({ ...own, name: 'geography' })).to.equal('heap');
    expect(costOfTypeChange(own, { ...own, name: 'geography' }).cast).to.equal('unknown');
  });
});

describe('parsePostgresType', () => {
  for (const [written, name, modifiers, array] of [
    ['character varying(20)[]', 'varchar', [20], true],
    ['timestamp(3) without time zone[]', 'timestamp', [3], true],
    ['TIMESTAMP(3) WITH TIME ZONE', 'timestamptz', [3], false],
    ['numeric(10, 2)', 'numeric', [10, 2], false],
    ['interval day to second(3)', 'interval day to second', [3], false],
    ['bpchar', 'bpchar', [], false],
    ['char', 'bpchar', [1], false],
    ['"char"', 'char', [], false],
    ['"bit"', 'bit', [], false],
    ['bit', 'bit', [1], false],
    ['geometry(Point,4326)', 'geometry', ['Point', 4326], false],
    ['audit."Mood"', 'audit."Mood"', [], false],
    ['enum audit.Mood[]', 'enum audit.Mood', [], true],
    ['int array', 'int4', [], true],
  ] as const)
    it(`parsePostgresType reads ${written}`, () => {
      expect(parsePostgresType(written)).to.deep.equal({ name, modifiers, array });
    });
});
