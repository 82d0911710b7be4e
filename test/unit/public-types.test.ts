import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../support/root.js';
import { entryPoints, hiddenTypes } from './support/public-types.js';
import { sourceFiles } from './support/source-files.js';

/** The list of revisions is what users import; the generator writes its classes. */
const LISTED = /^src\/migrations\/\d+-/;

describe('The public API', function () {
  this.timeout(240_000);

  it('The public API exports every type that its declarations name', () => {
    expect(entryPoints()).to.include.members(['src/index.ts', 'src/generate/index.ts', 'src/nest/index.ts']);
    const hidden = hiddenTypes(root, entryPoints()).filter(({ file }) => !LISTED.test(file));
    expect(hidden.map(({ name, file, by }) => `${name} (${file}), named by ${by}`)).to.deep.equal([]);
  });

  it('The check of the public API finds a type in every place of a declaration', () => {
    const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-types-'));
    try {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      writeFileSync(join(folder, 'parts.ts'), PARTS);
      writeFileSync(join(folder, 'index.ts'), ENTRY);
      const found = hiddenTypes(folder, ['index.ts']).map(({ name, by }) => `${name} by ${by}`);
      expect(found.sort()).to.deep.equal([
        'Argument by act',
        'Base by Shown',
        'Field by Shown',
        'Inferred by shown',
        'LIST by Item',
        'Result by act',
        'Within by Result',
        'inferred by act',
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const PARTS = `
export interface Base { readonly a: string }
export interface Field { readonly a: string }
export interface Argument { readonly a: string }
export interface Within { readonly a: string }
export interface Result { readonly within: readonly Within[] }
export interface Secret { readonly a: string }
export interface Inferred { readonly a: string }
export interface Exported { readonly a: string }
export const LIST = ['a', 'b'] as const;
export function inferred(): Inferred { return { a: '' }; }
`;

const ENTRY = `
import { inferred, LIST, type Argument, type Base, type Exported, type Field, type Result, type Secret } from './parts.js';
import type { DataSource } from 'typeorm';
export type { Exported } from './parts.js';
export interface Shown extends Base { readonly field?: Field; readonly source: DataSource }
export type Item = (typeof LIST)[number];
export class Holder { readonly #secret: Secret | undefined = undefined; get(): boolean { return this.#secret !== undefined; } }
export async function act<T extends Exported>(argument: Argument, t: T): Promise<{ readonly r: Result; readonly i: ReturnType<typeof inferred> }> {
  return Promise.resolve({ r: { within: [] }, i: inferred(), argument, t });
}
export const shown = inferred();
`;

describe('The exports of the modules of src', () => {
  const EXPORT = /^export (?:abstract |async )*(?:interface|type|class|function|const|enum) (\w+)/gm;
  /** What an entry point exports as a whole is there for users. */
  const WHOLE = /export \* from '\.\.?\/(errors\/.+|errors)\.js'/g;
  const entries = ['src/index.ts', 'src/generate/index.ts'];
  const others = ['scripts', 'test', 'bench', 'examples', 'ormconfig.ts'];

  it('Another module or a user uses every export', () => {
    const own = sourceFiles().map(({ path, text }) => ({ path: `src/${path}`, text }));
    const wholes = own.filter(({ path }) => entries.includes(path)).map(({ text }) => text);
    const whole = [...wholes.join('').matchAll(WHOLE)].map(([, path = '']) => `src/${path}.ts`);
    const words = [...own, ...textsOf(others)].map(({ path, text }) => ({ path, words: wordsOf(text) }));
    const unused = own
      .filter(({ path }) => !whole.includes(path))
      .flatMap(({ path, text }) => [...text.matchAll(EXPORT)].map(([, name = '']) => ({ path, name })))
      .filter(({ path, name }) => !words.some((other) => other.path !== path && other.words.has(name)));
    expect(words.length).to.be.greaterThan(own.length);
    expect(unused.map(({ path, name }) => `${path}: ${name}`)).to.deep.equal([]);
  });
});

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.match(/\w+/g));
}

function textsOf(paths: readonly string[]): readonly { readonly path: string; readonly text: string }[] {
  return paths
    .flatMap((path) =>
      path.endsWith('.ts')
        ? [path]
        : readdirSync(join(root, path), { recursive: true, encoding: 'utf8' }).map((name) =>
            join(path, name),
          ),
    )
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules') && !path.includes('dist'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
