import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MEASURES } from '../../../src/telemetry/measures.js';
import { root } from '../../support/root.js';

const page = readFileSync(join(root, 'docs/telemetry.md'), 'utf8');

describe('The page about telemetry', () => {
  it('The page about telemetry lists every measure with its kind and unit', () => {
    const rows = [...page.matchAll(/^\| `([a-z_.]+)` +\| (\w+) +\| `([^`]+)`/gm)].map((row) => row.slice(1));
    const all = Object.entries(MEASURES).map(([name, { kind, unit }]) => [name, kind, unit]);
    expect(rows).to.deep.equal(all);
  });
});
