import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { MANIFESTS, manifestsIn, type Manifest } from '../support/deploy-recipes.js';
import { installPackage, type InstalledPackage } from '../support/installed-package.js';

/** The packages with the schemas of Kubernetes and of Argo CD: for Node 20, and with no script that npm runs. */
const KUBERNETES = ['kubernetes-models', '4.5.1'] as const;
const ARGO_CD = ['@kubernetes-models/argo-cd', '2.7.2'] as const;

type Model = new (content: Manifest) => { validate(): void };

describe('A manifest of Kubernetes', function () {
  this.timeout(300_000);
  let packages: Readonly<Record<string, InstalledPackage>>;
  before(async () => {
    const [kubernetes, argo] = [await installPackage(...KUBERNETES), await installPackage(...ARGO_CD)];
    packages = { [KUBERNETES[0]]: kubernetes, [ARGO_CD[0]]: argo };
  });
  after(() => Promise.all(Object.values(packages).map((one) => one.remove())));

  /** The module of an object's kind, and the package that has it. */
  function moduleOf({ apiVersion }: Manifest) {
    const name = apiVersion.startsWith('argoproj.io/') ? ARGO_CD[0] : KUBERNETES[0];
    const installed = packages[name];
    if (!installed) throw new Error(`no package ${name}`);
    return { installed, module: `${name}/${apiVersion}` };
  }

  /** What its JSON schema reports. */
  function assertValid(manifest: Manifest): void {
    const { installed, module } = moduleOf(manifest);
    const models = createRequire(installed.dependent)(module) as Readonly<Record<string, Model>>;
    const Kind = models[manifest.kind];
    if (!Kind) throw new Error(`no kind ${manifest.kind} in ${module}`);
    new Kind(manifest).validate();
  }

  /** Fields that do not exist: the schema passes over them, and TypeScript does not. */
  function unknownFields(manifest: Manifest): readonly string[] {
    const { installed, module } = moduleOf(manifest);
    const file = join(dirname(installed.dependent), 'manifest.ts');
    const type = `I${manifest.kind}`;
    const text = `import type { ${type} } from '${module}';\nexport const manifest: ${type} = `;
    writeFileSync(file, `${text}${JSON.stringify(manifest)};\n`);
    const program = ts.createProgram([file], {
      ...{ noEmit: true, strict: true, skipLibCheck: true, types: [] },
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  }

  for (const file of MANIFESTS)
    it(`Each object of ${file} matches its schema, and has no unknown field`, () => {
      expect(manifestsIn(file)).not.to.deep.equal([]);
      for (const manifest of manifestsIn(file)) {
        assertValid(manifest);
        expect(unknownFields(manifest)).to.deep.equal([]);
      }
    });

  it('A wrong value and an unknown field are found', () => {
    const [job] = manifestsIn('kubernetes/migrate.yaml');
    if (!job) throw new Error('There is no job.');
    const { template } = job.spec;
    expect(() => {
      assertValid({ ...job, spec: { ...job.spec, backoffLimit: '3' } } as Manifest);
    }).to.throw('backoffLimit must be integer');
    expect(unknownFields({ ...job, spec: { template, backofLimit: 3 } } as Manifest)[0]).to.include(
      'backofLimit',
    );
  });
});
