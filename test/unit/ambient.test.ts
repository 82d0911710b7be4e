import { expect } from 'chai';
import { ambientUsesOf, sourceFiles, type SourceFile } from './support/source-files.js';

const MAY_TOUCH_THE_WORLD = ['cli/main.ts', 'settings.ts', 'error-logger.ts', 'clock.ts', 'stop-signals.ts'];
const FORBIDDEN =
  /^(console\..*|process\.(env|exit|exitCode|argv|std\w+|cwd|hrtime|uptime)|Date\.now|new Date\(\)|performance\..*|globalThis\..*|import .*)$/;

function forbiddenUses(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => !MAY_TOUCH_THE_WORLD.includes(path))
    .flatMap((file) => ambientUsesOf(file).map((use) => ({ path: file.path, use })))
    .filter(({ use }) => FORBIDDEN.test(use))
    .map(({ path, use }) => `${path}: ${use}`);
}

describe('The modules of src', () => {
  it('Only the command line and the settings use the environment, the console, the exit and the clock', () => {
    const files = sourceFiles();
    expect(files).not.to.be.empty;
    expect(forbiddenUses(files)).to.deep.equal([]);
  });
});

describe('The rule for ambient state', () => {
  for (const [text, use] of [
    ['const url = process.env["X"];', 'process.env'],
    ['process.exit(1);', 'process.exit'],
    ['console.log(1);', 'console.log'],
    ['const now = Date.now();', 'Date.now'],
    ['const now = new Date();', 'new Date()'],
    ['const now = performance.now();', 'performance.now'],
    [`import { env } from 'node:process';`, `import 'node:process'`],
  ] as const) {
    it(`The rule reports ${use}`, () => {
      expect(forbiddenUses([{ path: 'drift/x.ts', text }])).to.deep.equal([`drift/x.ts: ${use}`]);
      expect(forbiddenUses([{ path: 'settings.ts', text }])).to.deep.equal([]);
    });
  }

  it('The rule accepts an explicit date, and facts about the machine', () => {
    const text = 'new Date(0); process.platform; process.getuid?.(); // process.env';
    expect(forbiddenUses([{ path: 'drift/x.ts', text }])).to.deep.equal([]);
  });
});
