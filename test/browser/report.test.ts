import { expect } from 'chai';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { reportPage } from '../../src/report/page.js';
import { madeReport } from '../support/made-report.js';
import { openFile, startBrowser, violationsIn, type OpenPage } from './browser.js';

/** The most that a report of 200 tables and 500 revisions weighs. */
const MOST_BYTES = 3_000_000;

const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
};

function viewBox(page: Page): Promise<string | null> {
  return page.locator('#diagram svg').getAttribute('viewBox');
}

describe('A report in Chromium', function () {
  let browser: Browser;
  let folder: string;
  let file: string;
  /** For axe, which looks at every element against every rule. */
  let small: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-browser-'));
    file = join(folder, 'report.html');
    small = join(folder, 'small.html');
    await writeFile(file, reportPage(await madeReport(200, 500)));
    await writeFile(small, reportPage(await madeReport(20, 30)));
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });
  let opened: OpenPage | undefined;
  const open = async (options: BrowserContextOptions = {}, path = file) => {
    opened = await openFile(browser, path, options);
    return opened.page;
  };
  afterEach(() => opened?.page.context().close());

  it('200 tables and 500 revisions weigh less than 3 MB, and ask for nothing else', async () => {
    expect((await readFile(file)).byteLength).to.be.below(MOST_BYTES);
    const page = await open();
    expect(await page.locator('article.table').count()).to.equal(200);
    expect(await page.locator('details.revision').count()).to.equal(500);
    expect(opened?.requests).to.deep.equal([]);
    expect(opened?.problems).to.deep.equal([]);
  });

  it('Search shows what has the words, in the diagram too, and Enter leads to the best match', async () => {
    const page = await open();
    await page.keyboard.press('/');
    await page.keyboard.type('crm_thing7');
    expect(await page.locator('article.table:visible').count()).to.be.within(1, 5);
    expect(await page.locator('#found').innerText()).to.match(/^\d+ in the schema, \d+ revisions$/);
    expect(await page.locator('#diagram.searching .box.matches').count()).to.be.at.least(1);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.dataset.name')).to.equal('crm_thing7');
    await page.locator('#search').press('Escape');
    expect(await page.locator('article.table:visible').count()).to.equal(200);
  });

  it('A click on a box leads to its table; a drag moves the diagram and leads nowhere', async () => {
    const page = await open();
    const box = page.locator('#diagram .box.table[data-name="auth_thing0"]');
    await box.scrollIntoViewIfNeeded();
    const place = await box.boundingBox();
    const [x, y] = [(place?.x ?? 0) + 2, (place?.y ?? 0) + 2];
    const before = await viewBox(page);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 40, y + 20, { steps: 4 });
    await page.mouse.up();
    expect(await viewBox(page)).not.to.equal(before);
    expect(await page.evaluate('document.activeElement.dataset.name')).to.equal(undefined);
    await page.mouse.click(x + 40, y + 20);
    expect(await page.evaluate('document.activeElement.dataset.name')).to.equal('auth_thing0');
    expect(opened?.problems).to.deep.equal([]);
  });

  it('The keyboard moves and zooms the diagram, and opens a revision, whose SQL is highlighted then', async () => {
    const page = await open();
    await page.locator('#diagram').focus();
    const whole = await viewBox(page);
    for (const key of ['+', 'ArrowLeft', 'ArrowDown']) {
      const before = await viewBox(page);
      await page.keyboard.press(key);
      expect(await viewBox(page), key).not.to.equal(before);
    }
    await page.keyboard.press('0');
    expect(await viewBox(page)).to.equal(whole);
    const newest = page.locator('details.revision').first();
    expect(await newest.locator('.sql .word').count()).to.equal(0);
    await newest.locator('summary').focus();
    await page.keyboard.press('Enter');
    await newest.locator('.sql .word').first().waitFor();
    expect(await newest.locator('.way + .sql').first().innerText()).to.include('CREATE INDEX "ix_499"');
  });

  it('The buttons zoom, and the wheel does with Ctrl alone', async () => {
    const page = await open();
    const seen = new Set([await viewBox(page)]);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    seen.add(await viewBox(page));
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.getByRole('button', { name: 'Zoom out' }).click();
    seen.add(await viewBox(page));
    await page.locator('#diagram').hover();
    const before = await viewBox(page);
    await page.mouse.wheel(0, 50);
    await page.waitForFunction('scrollY > 0');
    expect(await viewBox(page)).to.equal(before);
    await page.locator('#diagram').hover();
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, 50);
    await page.keyboard.up('Control');
    await page.waitForFunction(
      `document.querySelector('#diagram svg').getAttribute('viewBox') !== '${before ?? ''}'`,
    );
    expect(seen.size).to.equal(3);
  });

  for (const [words, options] of [
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['360 pixels wide', PHONE],
  ] as const)
    it(`axe finds nothing, and nothing is wider than the screen: ${words}`, async () => {
      const page = await open({ ...options, bypassCSP: true }, small);
      await page.evaluate(
        'for (const one of [...document.querySelectorAll("details")].slice(0, 9)) one.open = true',
      );
      expect(await violationsIn(page)).to.deep.equal([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).to.equal(0);
      expect(opened?.problems).to.deep.equal([]);
    });

  it('Dark is dark', async () => {
    const ground = async (options: BrowserContextOptions) =>
      (await open(options)).evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await ground({ colorScheme: 'light' })).to.equal('rgb(255, 255, 255)');
    expect(await ground({ colorScheme: 'dark' })).to.equal('rgb(16, 22, 29)');
  });

  it('The policy lets the own script run, and refuses another one', async () => {
    const attacked = join(folder, 'attacked.html');
    const text = await readFile(file, 'utf8');
    const attack = '<script>document.title = "attacked"</script><img src="x" onerror="document.title = 1">';
    await writeFile(attacked, text.replace('</main>', `${attack}</main>`));
    const page = await open({}, attacked);
    expect(await page.title()).to.equal('Database report: postgres://127.0.0.1:5432/made');
    const refusals = opened?.problems.filter((words) => words.includes('Content Security Policy')) ?? [];
    expect(refusals.length).to.be.at.least(2);
    await page.locator('#search').fill('crm_thing7');
    expect(await page.locator('#found').innerText()).not.to.equal('');
  });
});
