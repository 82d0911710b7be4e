import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withScratchDatabase } from '../../src/databases/postgres/scratch/scratch.js';
import { startReplica, submitJob } from '../support/example.js';
import { application, emptyFolder, installed, pack, run } from '../support/packed.js';
import { tell } from '../support/replicas.js';
import { root } from '../support/run-script.js';
import { postgresServer, urlOf } from '../support/servers.js';

const TYPEORMS = ['0.3.31', '1.1.1'];
const KINDS = ['module', 'commonjs'] as const;

describe('The packed tarball', () => {
  let tarball: string;

  before(() => {
    tarball = pack(emptyFolder());
  });

  // CommonJS gets ES modules, which Node requires from 20.19 on: it is what the two applications below do.
  it('The packed tarball has correct types for every module resolution', () => {
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const rules = ['--profile', 'strict', '--ignore-rules', 'cjs-resolves-to-esm'];
    const printed = run(process.execPath, [attw, tarball, ...rules, '--format', 'ascii', '--no-emoji'], {
      cwd: root,
    });
    const right = printed.match(/^(node10|node16 \(from (CJS|ESM)\)): OK/gm) ?? [];
    const modules = Object.keys(exportsHere()).filter((path) => !path.includes('*'));
    expect(right).to.have.lengthOf(3 * modules.length);
    tell(`arethetypeswrong: ${right.length} resolutions of node10 and node16 right, none wrong`);
  });

  for (const typeorm of TYPEORMS)
    describe(`in an empty folder with TypeORM ${typeorm}`, () => {
      let folder: string;

      before(() => {
        folder = installed(tarball, typeorm);
        const { version } = JSON.parse(
          readFileSync(join(folder, 'node_modules/typeorm/package.json'), 'utf8'),
        ) as { readonly version: string };
        expect(version).to.equal(typeorm);
        expect(existsSync(join(folder, 'node_modules/orchestrator-db/node_modules/typeorm'))).to.equal(false);
      });

      for (const kind of KINDS)
        it(`The packed tarball serves an application of type ${kind}, and its command line`, async () => {
          const main = application(folder, kind);
          await withScratchDatabase(postgresServer(), async (target) => {
            const DATABASE_URL = urlOf(target);
            const replica = startReplica({ DATABASE_URL }, main);
            try {
              await replica.listening;
              expect((await replica.call('GET', '/health/ready')).status).to.equal(200);
              expect((await submitJob(replica, 'k', { taskDescription: 'Packed' })).status).to.equal(201);
              expect(await replica.stop(), replica.output).to.equal(null);
              expect(replica.output).not.to.match(/ERROR|Warning/);
            } finally {
              replica.signal('SIGKILL');
            }
            const bin = join(folder, 'node_modules/.bin/orchestrator-db');
            const env = { ...process.env, DATABASE_URL };
            const here = { cwd: dirname(dirname(main)), env };
            const printed = run(bin, ['check', '-d', 'dist/ormconfig.js'], here);
            expect(printed).to.contain('in sync (7 tables)');
            tell(
              `${kind}, TypeORM ${typeorm}: compiled, started, migrated, ready; its command line says in sync`,
            );
          });
        });
    });
});

function exportsHere(): object {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly exports: object }).exports;
}
