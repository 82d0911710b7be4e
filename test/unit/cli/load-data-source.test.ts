import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { loadDataSource } from '../../../src/cli/load-data-source.js';
import { UsageError } from '../../../src/errors/base.js';

/** What TypeORM, whichever copy of it, marks its instances with. */
const INSTANCE = `{ '@instanceof': Symbol.for('DataSource'), name: 'found', options: {} }`;

const LOADED: readonly (readonly [title: string, text: string])[] = [
  ['its default export', `export default ${INSTANCE};`],
  [
    'a named export among others',
    `export const url = 'x'; export const nothing = null; export const db = ${INSTANCE};`,
  ],
  ['a promise of one', `export const db = Promise.resolve(${INSTANCE});`],
  ['the same one exported twice', `const db = ${INSTANCE}; export { db }; export default db;`],
  ['what its default export makes', `export default async () => (${INSTANCE});`],
  [
    'one beside a class and a function',
    `export class Worker {} export function main() { throw new Error('called'); } export const db = ${INSTANCE};`,
  ],
];

/** CommonJS whose names Node cannot read from the text. */
const COMMON: readonly (readonly [title: string, text: string])[] = [
  [
    'an object of module.exports',
    `const db = ${INSTANCE}; const all = { options: {}, db }; module.exports = all;`,
  ],
  [
    'a spread of module.exports',
    `const more = { db: ${INSTANCE} }; module.exports = { ...more, options: {} };`,
  ],
  ['module.exports itself', `module.exports = ${INSTANCE};`],
  [
    'a compiled module',
    `Object.defineProperty(exports, '__esModule', { value: true }); exports.db = ${INSTANCE}; exports.default = exports.db;`,
  ],
  [
    'the default export of a compiled module',
    `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = ${INSTANCE};`,
  ],
  [
    'what the default export of a compiled module makes',
    `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = async () => (${INSTANCE});`,
  ],
  [
    'what is exported again by getters',
    `const other = { db: ${INSTANCE} }; for (const name of Object.keys(other)) Object.defineProperty(exports, name, { enumerable: true, get: () => other[name] });`,
  ],
  ['a promise in module.exports', `module.exports = { db: Promise.resolve(${INSTANCE}) };`],
];

const REFUSED: readonly (readonly [title: string, text: string, reason: string])[] = [
  ['exports none', `export const url = 'x';`, 'exports no DataSource, only url; export exactly one'],
  ['exports nothing', '', 'exports no DataSource; export exactly one'],
  [
    'exports two',
    `export const a = ${INSTANCE}; export const b = ${INSTANCE};`,
    'exports 2 DataSources (a, b); export exactly one',
  ],
  ['fails', `throw new Error('no settings\\nsecond line');`, 'cannot be loaded: no settings'],
  [
    'has a factory that fails',
    `export default () => { throw new Error('no host'); };`,
    'cannot be loaded: no host',
  ],
  [
    'has a promise that fails',
    `export const db = Promise.reject(new Error('no port'));`,
    'cannot be loaded: no port',
  ],
  [
    'has a factory of something else',
    `export default () => ({ host: 'db' });`,
    'exports no DataSource; export exactly one',
  ],
  ['exports a class alone', `export default class Settings {}`, 'exports no DataSource; export exactly one'],
];

describe('loadDataSource', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-test-'));
  after(() => rmSync(folder, { recursive: true }));

  const write = (title: string, text: string, ending = 'mjs'): string => {
    const path = join(folder, `${title.replaceAll(' ', '-')}.${ending}`);
    writeFileSync(path, text);
    return path;
  };

  const failureOf = (path: string): Promise<unknown> =>
    loadDataSource(path).then(
      () => undefined,
      (error: unknown) => error,
    );

  for (const [title, text] of LOADED) {
    it(`loadDataSource finds ${title}`, async () => {
      expect(await loadDataSource(write(title, text))).to.include({ name: 'found' });
    });
  }

  for (const [title, text] of COMMON) {
    it(`loadDataSource finds ${title} (CommonJS)`, async () => {
      expect(await loadDataSource(write(title, text, 'cjs'))).to.include({ name: 'found' });
    });
  }

  for (const [title, text, reason] of REFUSED) {
    it(`loadDataSource refuses a file that ${title}, and names it`, async () => {
      const path = write(title, text);
      const error = await failureOf(path);
      expect(error).to.be.instanceOf(UsageError);
      expect((error as Error).message).to.equal(`-d: ${path} ${reason}`);
    });
  }

  it('loadDataSource says what to set where the decorators of TypeORM fail', async () => {
    // As compilers without experimentalDecorators call a decorator of a property.
    const typeorm = pathToFileURL(createRequire(import.meta.url).resolve('typeorm')).href;
    const text = `import typeorm from '${typeorm}'; typeorm.Column()(undefined, { kind: 'field', name: 'id' });`;
    expect(await failureOf(write('newer decorators', text))).to.have.property(
      'message',
      `-d: ${join(folder, 'newer-decorators.mjs')} cannot be loaded: the decorators of its entities fail, since its TypeScript is compiled in the newer form of decorators. ` +
        'Set "experimentalDecorators": true and "emitDecoratorMetadata": true in its tsconfig.json, then run the command again.',
    );
  });

  it('loadDataSource refuses a missing file, and names its full path', async () => {
    const error = await failureOf('no-such-file.ts');
    expect(error).to.be.instanceOf(UsageError);
    expect((error as Error).message).to.equal(
      `-d: the file does not exist: ${join(process.cwd(), 'no-such-file.ts')}`,
    );
  });
});
