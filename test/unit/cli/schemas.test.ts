import { Ajv } from 'ajv';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaFiles } from '../../../scripts/schema-files.js';
import { snapshotText } from '../../../src/generate/compare/snapshot.js';
import { problemsOf, SCHEMA_NAMES, schemaNamed, SCHEMAS } from '../../support/json-schemas.js';
import { root } from '../../support/root.js';
import { full, schema } from '../schema/samples.js';

const ERROR = { status: 'failed', error: { code: 'LOCK_WAIT', message: 'Another process migrates.' } };
const RUN = { status: 'done', direction: 'up', done: [], current: null };

describe('The files of schemas/', () => {
  it('The files of schemas/ match the output of npm run schemas', () => {
    const files = schemaFiles();
    expect(
      Object.keys(files)
        .map((file) => file.replace('.json', ''))
        .sort(),
    ).to.deep.equal([...SCHEMA_NAMES].sort());
    for (const [file, text] of Object.entries(files))
      expect(readFileSync(join(SCHEMAS, file), 'utf8') === text, `${file}: run npm run schemas`).to.equal(
        true,
      );
  });

  for (const name of SCHEMA_NAMES)
    it(`${name}.json is JSON Schema, draft 7, and names no other address`, () => {
      const found = schemaNamed(name);
      expect(() => new Ajv({ strict: true, validateSchema: true }).compile(found)).not.to.throw();
      expect(found).to.have.property('$schema', 'http://json-schema.org/draft-07/schema#');
      expect(found).to.have.property('description').that.is.a('string');
      const text = JSON.stringify(found);
      expect(text.match(/https?:[^"]*/g)).to.deep.equal(['http://json-schema.org/draft-07/schema#']);
      expect(text).not.to.include('$id');
    });

  it('The schemas are in the package, can be imported, and are listed in the documentation', () => {
    const { files, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly files: readonly string[];
      readonly exports: Readonly<Record<string, unknown>>;
    };
    expect(files).to.include('schemas');
    expect(exports).to.have.property('./schemas/*.json', './schemas/*.json');
    const page = readFileSync(join(root, 'docs/json.md'), 'utf8');
    for (const name of SCHEMA_NAMES) expect(page).to.include(`\`${name}.json\``);
  });

  it('The schemas reject a missing field, a field of another type, and an undocumented field', () => {
    expect(problemsOf('error', ERROR)).to.deep.equal([]);
    expect(problemsOf('run', RUN)).to.deep.equal([]);
    const incomplete = { status: RUN.status, direction: RUN.direction, done: RUN.done };
    expect(problemsOf('run', incomplete).join()).to.include("must have required property 'current'");
    expect(problemsOf('run', { ...RUN, current: 5 }).join()).to.include('/current must be string');
    expect(problemsOf('run', { ...RUN, further: 1 }).join()).to.include('"additionalProperty":"further"');
    expect(problemsOf('error', { ...ERROR, error: { ...ERROR.error, stack: '' } }).join()).to.include(
      'stack',
    );
    expect(problemsOf('status', RUN)).not.to.be.empty;
  });

  it('The schemas accept further fields in documents, and none in a snapshot', () => {
    const accepts = (name: string, value: unknown) => new Ajv().compile(schemaNamed(name))(value);
    expect(accepts('run', { ...RUN, further: 1 })).to.equal(true);
    const text = snapshotText({ head: null, schemas: { postgres: schema(full) } });
    const snapshot = JSON.parse(text) as object;
    expect(problemsOf('snapshot', snapshot)).to.deep.equal([]);
    expect(accepts('snapshot', { ...snapshot, further: 1 })).to.equal(false);
  });
});
