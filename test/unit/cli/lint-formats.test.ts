import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import { githubLines } from '../../../src/cli/lint-formats/github.js';
import type { LocatedFinding } from '../../../src/cli/lint-formats/located.js';
import { revisionSources } from '../../../src/cli/lint-formats/revision-sources.js';
import { sarifLog } from '../../../src/cli/lint-formats/sarif.js';
import { lineOfStatement, type StatementPlace } from '../../../src/cli/lint-formats/statement-line.js';
import { RULE_IDS } from '../../../src/lint/rule-id.js';

const SOURCE = [
  `import { Revision } from 'orchestrator-db';`,
  '',
  'export class Twice1800000000001 extends Revision {',
  '  override readonly sqlite = { up: [], down: [`DROP INDEX "ix"`] };',
  '  override readonly postgres = {',
  '    up: [',
  '      // a comment',
  '      `-- lint-allow drop-table: nobody reads it',
  '       CREATE INDEX "ix" ON "a" ("b")`,',
  `      'CREATE INDEX "iy" ON "a" (("b" || \\'x\\'))',`,
  '      `CREATE INDEX "ix" ON "a" ("b")`,',
  '    ],',
  '    down: [`DROP INDEX "ix"`],',
  '  };',
  '}',
  'export class ByHand1800000000002 {',
  '  async up(queryRunner) {',
  '  }',
  '  async down(queryRunner) {}',
  '}',
].join('\n');

const UP = [
  '-- lint-allow drop-table: nobody reads it\n       CREATE INDEX "ix" ON "a" ("b")',
  `CREATE INDEX "iy" ON "a" (("b" || 'x'))`,
  'CREATE INDEX "ix" ON "a" ("b")',
];

function lineOf(place: Partial<StatementPlace>): number {
  const base = {
    revision: 'Twice1800000000001',
    dialect: 'postgres',
    direction: 'up',
    statement: 1,
  } as const;
  return lineOfStatement(SOURCE, { ...base, list: UP, ...place });
}

const FINDING: LocatedFinding = {
  finding: {
    ...{ rule: 'drop-table', revision: 'Drop1', dialect: 'postgres', direction: 'up', statement: 1, of: 2 },
    ...{
      message: '50% of "a", gone',
      replacement: 'DROP TABLE "a";\nSELECT 1;',
      page: 'docs/rules/drop-table.md',
    },
  },
  place: { file: 'src/my files/a,b:1.ts', line: 12 },
};
const REST = {
  notes: [{ revision: 'Note1', message: 'it says\nso' }],
  unlinted: [{ revision: 'Hand1', direction: 'down', reason: 'it reads rows' }] as const,
};

describe('The line of a statement', () => {
  it('The line of a statement is that of its first words, in its own list and behind those before it', () => {
    expect([1, 2, 3].map((statement) => lineOf({ statement }))).to.deep.equal([9, 10, 11]);
    expect(lineOf({ direction: 'down', list: ['DROP INDEX "ix"'] })).to.equal(13);
    expect(lineOf({ dialect: 'sqlite', direction: 'down', list: ['DROP INDEX "ix"'] })).to.equal(4);
  });

  it('The line of a statement that is not written is that of its method, and the class has its own', () => {
    const byHand = { revision: 'ByHand1800000000002', list: [] };
    expect(lineOf(byHand)).to.equal(17);
    expect(lineOf({ ...byHand, direction: 'down' })).to.equal(19);
    expect(lineOf({ ...byHand, statement: 0 })).to.equal(16);
  });

  it('The file of a revision is found by its class: around the DataSource, and in TypeScript first', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lint-formats-'));
    try {
      writeFileSync(join(folder, 'a.js'), SOURCE);
      writeFileSync(join(folder, 'b.ts'), SOURCE);
      writeFileSync(join(folder, 'c.js'), `class Other1800000000003 { name = 'Renamed1800000000004' }`);
      const { type } = chooseSqliteDriver();
      const dataSource = new DataSource({ type, database: ':memory:', migrations: [] });
      const ids = ['Twice1800000000001', 'Renamed1800000000004', 'Twice180000000000'];
      const sources = revisionSources(dataSource, ids, join(folder, 'data-source.js'));
      expect([...sources].map(([id, { path }]) => [id, path])).to.deep.equal([
        ['Twice1800000000001', join(folder, 'b.ts')],
        ['Renamed1800000000004', join(folder, 'c.js')],
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('The formats of lint', () => {
  it('The format github is one command a line, in which no text ends a property or a line', () => {
    expect(
      githubLines([FINDING, { ...FINDING, place: null }], REST, (page) => `node_modules/${page}`),
    ).to.deep.equal([
      '::error file=src/my files/a%2Cb%3A1.ts,line=12,title=drop-table::Drop1, statement 1 of 2 (up): 50%25 of "a", gone%0Ainstead:%0ADROP TABLE "a";%0ASELECT 1;%0Asee node_modules/docs/rules/drop-table.md',
      '::error title=drop-table::Drop1, statement 1 of 2 (up): 50%25 of "a", gone%0Ainstead:%0ADROP TABLE "a";%0ASELECT 1;%0Asee node_modules/docs/rules/drop-table.md',
      '::warning title=not lintable::Hand1 (down): it reads rows',
      '::notice title=Note1::it says%0Aso',
    ]);
  });

  it('The format sarif has what SARIF 2.1.0 requires: the tool, a rule of each id, results with place and index', () => {
    const log = JSON.parse(JSON.stringify(sarifLog([FINDING], REST, { name: 'x', version: '1.2.3' }))) as Log;
    expect(Object.keys(log).sort()).to.deep.equal(['$schema', 'runs', 'version']);
    expect(log.version).to.equal('2.1.0');
    const [run, ...others] = log.runs;
    expect(others).to.deep.equal([]);
    expect(run?.tool.driver).to.include({ name: 'x', version: '1.2.3' });
    expect(run?.tool.driver.rules.map(({ id }) => id)).to.deep.equal(RULE_IDS);
    expect(run?.invocations).to.deep.equal([
      {
        executionSuccessful: true,
        toolExecutionNotifications: [
          { level: 'warning', message: { text: 'Hand1 (down) is not lintable: it reads rows' } },
          { level: 'note', message: { text: 'Note1: it says\nso' } },
        ],
      },
    ]);
    expect(run?.results).to.deep.equal([
      {
        ruleId: 'drop-table',
        ruleIndex: RULE_IDS.indexOf('drop-table'),
        level: 'error',
        message: { text: '50% of "a", gone\nInstead:\nDROP TABLE "a";\nSELECT 1;' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'src/my%20files/a%2Cb%3A1.ts' },
              region: { startLine: 12 },
            },
            logicalLocations: [{ name: 'Drop1', kind: 'type' }],
          },
        ],
        partialFingerprints: { 'statement/v1': 'Drop1:postgres:up:1:drop-table' },
      },
    ]);
  });
});

/** What is looked at of a log. */
interface Log {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly invocations: unknown;
    readonly results: unknown;
  }[];
}
