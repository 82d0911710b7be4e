import { spawnSync } from 'node:child_process';
import * as whole from 'class-validator';
import { expect } from 'chai';
import { classValidator } from '../../../src/validation/class-validator.js';
import * as decorators from '../../../src/validation/decorators.js';
import { root } from '../../support/run-script.js';

/** Our own rules, which are not class-validator's. */
const OWN = ['HasDatabaseDefault', 'IsJsonValue', 'UnlessRelated'];

describe('classValidator', () => {
  it("gives class-validator's own rules, so that whoever validates with it as a whole sees the same", () => {
    const given = Object.entries(decorators).filter(([name]) => !OWN.includes(name));
    expect(given).to.have.length(12);
    for (const [name, rule] of given) expect(rule, name).to.equal(whole[name as keyof typeof whole]);
  });

  it('The loader takes a part from the whole package where it has no such file', () => {
    expect(classValidator('IsEmail', 'elsewhere/IsEmail')).to.equal(whole.IsEmail);
  });

  it('The loader does not load what the entities do not use', () => {
    const code =
      "import { createRequire } from 'node:module'; await import('./src/entities/index.ts'); await import('./src/validation/validate-entity.ts');" +
      'console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache).map((path) => path.split("node_modules/").at(-1))));';
    const args = ['--import', 'tsx', '--import', 'reflect-metadata', '--input-type=module', '-e', code];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    const loaded = JSON.parse(stdout || '[]') as readonly string[];
    expect(loaded, stderr).to.include('class-validator/cjs/decorator/string/Length.js');
    expect(
      loaded.filter((path) => /^libphonenumber-js|^class-validator\/cjs\/index/.test(path)),
    ).to.deep.equal([]);
  });
});
