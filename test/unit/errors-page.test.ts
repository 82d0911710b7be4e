import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from '../support/run-script.js';

/** Codes without a class: an error of another package, and sources that do not compile, so that no class is loaded. */
const WITHOUT_CLASS = ['SOURCE_INVALID', 'UNEXPECTED'];

function codesOfClasses(): readonly string[] {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts'));
  const codes = sources.flatMap((file) =>
    [...readFileSync(join(root, 'src', file), 'utf8').matchAll(/readonly code = '([A-Z_]+)'/g)].map(
      ([, code = '']) => code,
    ),
  );
  return [...new Set(codes)].sort();
}

function entriesOfPage(): readonly string[] {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  return [...page.matchAll(/^### `([A-Z_]+)`$/gm)].map(([, code = '']) => code);
}

function exitCodesOfPage(): Readonly<Record<string, string>> {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8').replaceAll(/\s+/g, ' ');
  const entries = [...page.matchAll(/### `([A-Z_]+)` (.*?)(?=##|$)/g)];
  return Object.fromEntries(
    entries.map(([, code = '', words = '']) => [code, /Exit code (\d+)\./.exec(words)?.[1] ?? '1']),
  );
}

function exitCodesOfCommandLine(): Readonly<Record<string, string>> {
  const source = readFileSync(join(root, 'src/cli/report-error.ts'), 'utf8');
  return Object.fromEntries(
    [...source.matchAll(/^ {2}([A-Z_]+): (\d+),$/gm)].map(([, code = '', exit = '']) => [code, exit]),
  );
}

describe('The page of error codes', () => {
  it('The page of error codes has one entry for every code of an error class', () => {
    expect([...entriesOfPage()].sort()).to.deep.equal([...codesOfClasses(), ...WITHOUT_CLASS].sort());
  });

  it('The page of error codes names every exit code other than 1', () => {
    const named = Object.entries(exitCodesOfPage()).filter(([, exit]) => exit !== '1');
    expect(Object.fromEntries(named)).to.deep.equal(exitCodesOfCommandLine());
  });
});
