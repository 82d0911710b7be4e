import { expect } from 'chai';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root, runProcess } from '../support/run-script.js';

/** What the rules check, and what they need for it. */
const CRUISED = ['src', 'scripts', 'ormconfig.ts'];
const BESIDE = ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json'];

/** What dependency-cruiser prints, as far as this test reads it. */
interface Cruise {
  readonly summary: { readonly totalCruised: number; readonly violations: readonly Violation[] };
}

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

async function cruise(tree: string): Promise<Cruise['summary']> {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cruiser, '--output-type', 'json', ...CRUISED];
  const { stdout, stderr } = await runProcess(process.execPath, args, { cwd: tree });
  expect(stderr).to.equal('');
  return (JSON.parse(stdout) as Cruise).summary;
}

/**
 * A module of src, a statement that it must not have, the rule that forbids it, and what the statement leads to. Where
 * the rule is empty, the statement prepares another case.
 */
type Wrong = readonly [module: string, statement: string, rule: string, to: string];

const BACKWARDS: readonly Wrong[] = [
  ['errors.ts', `import { parseSettings } from './settings.js';`, 'one-way: src/errors', 'src/settings.ts'],
  ['schema/diff.ts', `import '../databases/registry.js';`, 'one-way: src/schema', 'databases/registry.ts'],
  ['schema/rename.ts', `import type {} from '../settings.js';`, 'one-way: src/schema', 'settings.ts'],
  ['schema/model.ts', `import type {} from './change.js';`, 'one-way: src/schema/model', 'schema/change.ts'],
  ['schema/diff.ts', `import './invert.js';`, 'one-way: src/schema/diff', 'src/schema/invert.ts'],
  [
    'databases/catalog.ts',
    `import type {} from '../metadata/describe.js';`,
    'one-way: src/databases',
    'src/metadata/describe.ts',
  ],
  [
    'validation/decorators.ts',
    `import '../migrator/plan.js';`,
    'one-way: src/validation',
    'migrator/plan.ts',
  ],
  ['migrator/plan.ts', `export * from '../cli/io.js';`, 'one-way: src/migrator', 'src/cli/io.ts'],
  ['drift/scope.ts', `await import('../generate/propose.js');`, 'one-way: src/drift', 'propose.ts'],
  ['drift/scope.ts', `import '../lint/lint.js';`, 'one-way: src/drift', 'src/lint/lint.ts'],
  ['schema/diff.ts', `import '../entities/index.js';`, 'one-way: src/schema', 'src/entities/index.ts'],
  [
    'cli/main.ts',
    `import {\n  all,\n} from '../migrations/index.js';`,
    'one-way: src/cli',
    'migrations/index.ts',
  ],
  ['cli/main.ts', `import '../index.js';`, 'one-way: src/cli', 'src/index.ts'],
  ['data-source.ts', `import './subscribers/index.js';`, 'one-way: src/data-source', 'subscribers/index.ts'],
  ['entities/job.ts', `import '../errors.js';`, 'leaf: entities', 'src/errors.ts'],
  ['migrations/index.ts', `import '../migrator/plan.js';`, 'leaf: migrations', 'src/migrator/plan.ts'],
  ['seeds/development.ts', `import '../settings.js';`, 'leaf: seeds', 'src/settings.ts'],
  ['subscribers/index.ts', `import '../databases/line.js';`, 'leaf: subscribers', 'databases/line.ts'],
  ['lint/lint.ts', `import '../new-folder/a.js';`, 'placed: src (imported)', 'src/new-folder/a.ts'],
  ['new-folder/a.ts', `import '../errors.js';`, 'placed: src', 'src/errors.ts'],
];

/** Each is reported once, at one of its modules. */
const CIRCLES: readonly Wrong[] = [
  ['text/pattern.ts', `import './new-circle.js';`, '', ''],
  ['text/new-circle.ts', `import './pattern.js';`, 'no-circle', 'src/text/pattern.ts'],
  ['drift/pending.ts', `import type {} from './new-types.js';`, '', ''],
  ['drift/new-types.ts', `import type {} from './pending.js';`, 'no-circle', 'src/drift/pending.ts'],
];

const PACKAGES: readonly Wrong[] = [
  ['cli/main.ts', `import './absent.js';`, 'no-broken-import', 'absent.js'],
  ['drift/scope.ts', `import 'fast-check';`, 'no-dev-dependency', '/fast-check/'],
  ['drift/scope.ts', `import type {} from 'mocha';`, 'no-dev-dependency', 'mocha/'],
  ['sql/quote.ts', `import 'commander';`, 'no-package-in-sql', '/commander/'],
  ['schema/diff.ts', `import type {} from 'typeorm';`, 'no-driver-in-schema', '/typeorm/'],
  ['schema/diff.ts', `import 'pg';`, 'no-driver-in-schema', '/pg/'],
];

/** Directly, and by a module in between. */
const SHARED: readonly Wrong[] = [
  [
    'databases/sqlite/raw-catalog/tokens.ts',
    `import '../../../sql/quote.js';`,
    'independent-proof',
    'src/sql/quote.ts',
  ],
  ['text/secrets.ts', `import '../sql/new-words.js';`, 'one-way: src/text', 'src/sql/new-words.ts'],
  ['sql/new-words.ts', `export {};`, '', ''],
  [
    'databases/sqlite/raw-catalog/canonicalize.ts',
    `import '../../../text/secrets.js';`,
    'independent-proof',
    'src/sql/new-words.ts',
  ],
];

/** What no entry point leads to: a module alone, and two that import each other only. */
const ORPHANS: readonly (readonly [module: string, statement: string])[] = [
  ['drift/new-orphan.ts', 'export {};'],
  ['lint/new-one.ts', `import './new-other.js';`],
  ['lint/new-other.ts', 'export {};'],
];

describe('The imports of src', function () {
  this.timeout(120_000);

  it('The imports of src follow the rules of .dependency-cruiser.cjs', async () => {
    const { violations, totalCruised } = await cruise(root);
    expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).to.deep.equal([]);
    expect(totalCruised).to.be.greaterThan(400);
  });

  it('npm run lint checks the imports', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    expect(scripts['lint']).to.include(`depcruise ${CRUISED.join(' ')}`);
  });
});

describe('The rules for the imports of src', function () {
  this.timeout(120_000);
  let tree: string;
  let violations: readonly Violation[];

  before(async () => {
    tree = mkdtempSync(join(tmpdir(), 'orchestrator-db-imports-'));
    for (const path of [...CRUISED, ...BESIDE])
      cpSync(join(root, path), join(tree, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    for (const [module, statement] of [...BACKWARDS, ...CIRCLES, ...PACKAGES, ...SHARED, ...ORPHANS]) {
      const path = join(tree, 'src', module);
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, `\n${statement}\n`);
    }
    ({ violations } = await cruise(tree));
  });
  after(() => rmSync(tree, { recursive: true, force: true }));

  const wrong = [...BACKWARDS, ...CIRCLES, ...PACKAGES, ...SHARED].filter(([, , rule]) => rule !== '');
  for (const [module, statement, name, to] of wrong) {
    it(`The rules report ${statement.replace(/\s+/g, ' ')} in ${module}`, () => {
      const found = violations.filter(({ from, rule }) => from === `src/${module}` && rule.name === name);
      expect(found.some((violation) => violation.to.includes(to))).to.equal(true);
    });
  }

  for (const [module] of ORPHANS) {
    it(`The rules report ${module}, which no entry point leads to`, () => {
      const found = violations.filter(({ rule }) => rule.name === 'no-orphan');
      expect(found.map(({ to }) => to)).to.include(`src/${module}`);
    });
  }

  it('The rules report each import in its place, and nothing else', () => {
    const seeded = [...BACKWARDS, ...CIRCLES, ...PACKAGES, ...SHARED, ...ORPHANS];
    const places = seeded.map(([module]) => `src/${module}`);
    const direct = violations.filter(({ rule }) => !/^(no-circle|independent-proof)$/.test(rule.name));
    const strangers = direct.filter(({ from, to }) => !places.includes(from) && !places.includes(to));
    expect(strangers).to.deep.equal([]);
  });
});
