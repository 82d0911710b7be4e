import { expect } from 'chai';
import { optionalPackage } from '../../src/optional-package.js';

const missing = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /app/index.js`), {
    code: 'ERR_MODULE_NOT_FOUND',
  });

async function failureOf(
  name: '@hpcc-js/wasm-graphviz' | '@node-rs/argon2' | 'libpg-query',
  thrown: Error,
): Promise<unknown> {
  return optionalPackage(name, () => Promise.reject(thrown)).catch((error: unknown) => error);
}

describe('An optional package', () => {
  for (const [name, message] of [
    [
      '@node-rs/argon2',
      'Creating an administrator requires the package @node-rs/argon2, which is not installed. Nothing was changed. Install it: npm install @node-rs/argon2@2',
    ],
    [
      'libpg-query',
      'Reading PostgreSQL statements, for lint and generate, requires the package libpg-query, which is not installed. Nothing was changed. Install it: npm install libpg-query@18',
    ],
    [
      '@hpcc-js/wasm-graphviz',
      'Drawing a diagram as SVG requires the package @hpcc-js/wasm-graphviz, which is not installed. Nothing was changed. Install it: npm install @hpcc-js/wasm-graphviz@1',
    ],
  ] as const)
    it(`A missing optional package is named with its install command: ${name}`, async () => {
      expect(await failureOf(name, missing(name))).to.include({ code: 'PACKAGE_MISSING', message });
    });

  it('An optional package that lacks a package itself fails with its own error', async () => {
    const own = missing('@node-rs/argon2-linux-x64-gnu');
    expect(await failureOf('@node-rs/argon2', own)).to.equal(own);
  });

  it('optionalPackage returns an installed package unchanged', async () => {
    expect(await optionalPackage('libpg-query', () => Promise.resolve(7))).to.equal(7);
  });
});
