import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect } from 'chai';
import { RULE_IDS } from '../../src/lint/rule-id.js';
import { root } from '../support/run-script.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Pages about the package; one page a rule and one a decision lie in folders of their own. */
const pages = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));

/** Files that a page links to, relative to the root, each with its heading if there is one. */
function linksOf(page: string): readonly { readonly file: string; readonly heading: string | undefined }[] {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const own = links.filter((link) => !/^[a-z]+:/.test(link));
  return own.map((link) => {
    const [path = '', heading] = link.split('#');
    return { file: path === '' ? page : normalize(join(dirname(page), path)), heading };
  });
}

/** The name of a heading in a link, as GitHub makes it. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, words = '']) => words);
  return headings.map((words) =>
    words
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('The documentation', () => {
  it('The documentation has a map that links to every page', () => {
    const linked = linksOf('docs/README.md').map(({ file }) => file);
    const missing = pages.filter((page) => page !== 'README.md' && !linked.includes(`docs/${page}`));
    expect(missing).to.deep.equal([]);
  });

  for (const page of ['README.md', 'CONTRIBUTING.md', ...pages.map((file) => `docs/${file}`)])
    it(`Every link in ${page} leads to an existing target`, () => {
      const dead = linksOf(page).filter(({ file, heading }) => {
        if (!file.endsWith('.md')) return !readable(file);
        return !readable(file) || (heading !== undefined && !anchorsOf(file).includes(heading));
      });
      expect(dead).to.deep.equal([]);
    });
});

describe('The page about lint', () => {
  it('The page about lint has one row for each rule, which links to its page', () => {
    const rows = [...read('docs/lint.md').matchAll(/^\| \[([a-z-]+)\]\(rules\/\1\.md\)/gm)].map(
      ([, id = '']) => id,
    );
    expect(rows).to.deep.equal([...RULE_IDS]);
  });
});

describe('A table of the documentation', () => {
  for (const page of ['README.md', 'CONTRIBUTING.md', ...pages.map((file) => `docs/${file}`)])
    it(`Every table in ${page} is at most 120 characters wide`, () => {
      const rows = read(page)
        .split('\n')
        .filter((line) => line.startsWith('|'));
      expect(rows.filter((row) => row.length > 120)).to.deep.equal([]);
    });
});

function readable(file: string): boolean {
  return readdirSync(join(root, dirname(file))).includes(file.split('/').at(-1) ?? '');
}
