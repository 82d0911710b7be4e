import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isRuleId, pageOf, RULE_IDS } from '../../../src/lint/rule-id.js';
import { RULES } from '../../../src/lint/rules/index.js';
import { root } from '../../support/run-script.js';
import type { CasesOf } from './cases/case.js';
import { COLUMN_CASES } from './cases/columns.js';
import { CONSTRAINT_CASES } from './cases/constraints.js';
import { DIALECT_CASES } from './cases/dialects.js';
import { LOSS_CASES } from './cases/loss.js';
import { STATEMENT_CASES } from './cases/statements.js';
import { SERVER_CASES, STORAGE_CASES } from './cases/storage.js';
import { TYPE_CASES } from './cases/types.js';
import { UNDO_CASES } from './cases/undo.js';
import { WRITE_CASES } from './cases/writes.js';
import { findingsOf, idOf } from './linted.js';

const CASES: CasesOf = {
  ...CONSTRAINT_CASES,
  ...COLUMN_CASES,
  ...TYPE_CASES,
  ...LOSS_CASES,
  ...STATEMENT_CASES,
  ...WRITE_CASES,
  ...UNDO_CASES,
  ...DIALECT_CASES,
  ...STORAGE_CASES,
};

describe('The rules of lint', () => {
  it('The list of lint rules contains each rule once, in the order of the ids', () => {
    expect(RULES.map(({ id }) => id)).to.deep.equal(RULE_IDS);
    expect(new Set(RULE_IDS).size).to.equal(RULE_IDS.length);
    expect(['drop-column', 'drop-colum', ''].map(isRuleId)).to.deep.equal([true, false, false]);
  });

  for (const id of RULE_IDS) {
    it(`The rule ${id} has a file, and a page with problem, cost and replacement`, () => {
      expect(existsSync(`${root}src/lint/rules/${id}.ts`)).to.equal(true);
      const page = readFileSync(root + pageOf(id), 'utf8');
      const headings = page.match(/^#.*$/gm);
      expect(headings).to.deep.equal([`# ${id}`, '## Problem', '## What it costs', '## Instead']);
    });

    it(`The rule ${id} has a good case and a bad case`, () => {
      expect(CASES[id]?.good).not.to.be.empty;
      expect(CASES[id]?.bad).not.to.be.empty;
    });
  }

  it('The folder of the lint rules contains nothing else', () => {
    const files = readdirSync(`${root}src/lint/rules`).map((file) => file.replace(/\.ts$/, ''));
    expect(files.sort()).to.deep.equal([...RULE_IDS, 'index'].sort());
  });

  it('Every page of docs/rules belongs to a rule', () => {
    const pages = readdirSync(`${root}docs/rules`).filter((file) => file !== 'README.md');
    expect(pages.map((file) => file.replace(/\.md$/, '')).sort()).to.deep.equal([...RULE_IDS].sort());
  });
});

for (const [rule, cases] of [...Object.entries(CASES), ...Object.entries(SERVER_CASES)])
  describe(`The rule ${rule}`, () => {
    for (const [title, ...group] of cases.good)
      it(`The rule ${rule} accepts ${title}`, async () => {
        const findings = (await findingsOf(...group)).filter((finding) => finding.rule === rule);
        expect(findings).to.deep.equal([]);
      });

    for (const { title, group, message, replacement, at = {} } of cases.bad)
      it(`The rule ${rule} reports ${title}`, async () => {
        const findings = (await findingsOf(...group)).filter((finding) => finding.rule === rule);
        const { revision = 1, dialect = 'postgres', direction = 'up', statement = 1 } = at;
        const lists = group[revision - 1] ?? {};
        const list = dialect === 'postgres' ? lists[direction] : lists.sqlite?.[direction];
        expect(findings).to.deep.equal([
          {
            ...{ rule, revision: idOf(revision), dialect, direction, statement, of: list?.length },
            ...{ message, replacement, page: `docs/rules/${rule}.md` },
          },
        ]);
      });
  });
