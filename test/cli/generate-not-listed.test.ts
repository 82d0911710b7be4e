import { expect } from 'chai';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { foreignProject, type ForeignProject } from '../support/foreign-project.js';

const GOODS = `import { Column, Entity, PrimaryColumn } from 'typeorm';
@Entity('goods')
export class Good {
  @PrimaryColumn({ type: 'bigint' }) id;
}`;

/** What became of the revision's file: its name without the stamp, and what it says. */
interface Form {
  readonly title: string;
  readonly file: (stamp: string) => string;
  readonly text?: (source: string) => string;
}

const compiled = (module: ts.ModuleKind, target: ts.ScriptTarget) => (source: string) =>
  ts.transpileModule(source, { compilerOptions: { module, target, useDefineForClassFields: true } })
    .outputText;
const modern = compiled(ts.ModuleKind.ESNext, ts.ScriptTarget.ES2022);
const commonJs = compiled(ts.ModuleKind.CommonJS, ts.ScriptTarget.ES2020);

/** The class under another name, which its property overrides. */
const named = (source: string) =>
  source.replace(
    /export class (AddGoods\d{13})( extends Revision \{)/,
    `export class Goods$2\n  name = '$1';`,
  );

/** The class has a name of its own in the file, and its id where it is exported. */
const hidden = (source: string, alias: string) => {
  const [, id = ''] = /class (\w+\d{13})/.exec(source) ?? [];
  return `${source.replace(`export class ${id}`, 'class Hidden')}\n${alias.replace('<id>', id)}\n`;
};

const FORMS: readonly Form[] = [
  { title: 'compiled', file: (stamp) => `${stamp}-AddGoods.js`, text: modern },
  { title: 'compiled to .mjs', file: (stamp) => `${stamp}-AddGoods.mjs`, text: modern },
  { title: 'compiled to CommonJS', file: (stamp) => `${stamp}-AddGoods.cjs`, text: commonJs },
  { title: 'called .mts', file: (stamp) => `${stamp}-AddGoods.mts` },
  { title: 'called .cts', file: (stamp) => `${stamp}-AddGoods.cts` },
  { title: 'called .TS', file: (stamp) => `${stamp}-AddGoods.TS` },
  { title: 'in lower case', file: (stamp) => `${stamp}-add-goods.ts` },
  { title: 'without a stamp', file: () => 'goods.ts' },
  { title: 'in a folder inside', file: (stamp) => `2026/q4/${stamp}-AddGoods.ts` },
  { title: 'with its id in a property', file: (stamp) => `${stamp}-Goods.ts`, text: named },
  {
    title: 'with its id in a property, compiled',
    file: (stamp) => `${stamp}-Goods.js`,
    text: (source) => commonJs(named(source)),
  },
  {
    title: 'of a base class under another name',
    file: (stamp) => `${stamp}-AddGoods.ts`,
    text: (source) =>
      source.replace('Revision,', 'Revision as Base,').replace('extends Revision', 'extends Base'),
  },
  ...(['export { Hidden as <id> };', 'export const <id> = Hidden;'] as const).flatMap((alias) =>
    [(same: string) => same, commonJs].map((text, at) => ({
      title: `under the name of ${alias}${at === 0 ? '' : ', compiled to CommonJS'}`,
      file: (stamp: string) => `${stamp}-Hidden.${at === 0 ? 'ts' : 'js'}`,
      text: (source: string) => text(hidden(source, alias)),
    })),
  ),
  {
    title: 'below SQL and comments with quotes',
    file: (stamp) => `${stamp}-AddGoods.ts`,
    text: (source) =>
      `// It's one \`\nconst SQL = \`it's \${\`'\${1}'\`} /* "\`;\nconst QUOTE = /["'\`/]/;\n${source}`,
  },
];

describe('generate with a revision that is not listed', function () {
  this.timeout(180_000);
  let project: ForeignProject;
  let source = '';
  let stamp = '';
  let snapshot = '';
  before(async () => {
    project = await foreignProject({ dialect: 'sqlite', globs: false });
    await project.write(GOODS);
    await project.generate('--check');
    expect((await project.generate('AddGoods')).code).to.equal(0);
    const [file = ''] = await project.files();
    stamp = file.slice(0, 13);
    source = await project.text(file);
    snapshot = await project.text('snapshot.json');
  });
  beforeEach(async () => {
    await rm(project.folder, { recursive: true });
    await mkdir(project.folder);
    await writeFile(join(project.folder, 'snapshot.json'), snapshot);
  });
  after(() => project.remove());

  const write = async (file: string, text: string) => {
    await mkdir(dirname(join(project.folder, file)), { recursive: true });
    await writeFile(join(project.folder, file), text);
  };
  /** Refused, with nothing written. */
  const refusal = async (...args: readonly string[]): Promise<string> => {
    const files = await readdir(project.folder, { recursive: true });
    const { code, stdout, stderr } = await project.start(args).ended;
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(await readdir(project.folder, { recursive: true })).to.deep.equal(files);
    return stderr;
  };

  for (const { title, file, text = (same: string) => same } of FORMS)
    it(`generate names an unlisted revision ${title}, with and without a snapshot`, async () => {
      const path = file(stamp);
      await write(path, text(source));
      const words = `error: AddGoods${stamp}: in the folder (src/migrations/${path}), but not in the DataSource. Nothing was written. `;
      expect(await refusal('Again')).to.include(words);
      await rm(join(project.folder, 'snapshot.json'));
      expect(await refusal('Again')).to.include(words);
    });

  it('generate names an unlisted revision once where both its source and its compiled file exist', async () => {
    await write(`${stamp}-AddGoods.ts`, source);
    await write(`${stamp}-AddGoods.js`, modern(source));
    await write(`${stamp}-AddGoods.d.ts`, `export declare class AddGoods${stamp} extends Revision {}`);
    expect(await refusal('Again')).to.include(
      `error: AddGoods${stamp}: in the folder (src/migrations/${stamp}-AddGoods.js, src/migrations/${stamp}-AddGoods.ts), but not in the DataSource. Nothing was written. Add it to`,
    );
  });

  for (const [title, file, text] of [
    [
      'a list that has it as a comment',
      'index.ts',
      (id: string) => `export const migrations = [/* ${id} */];`,
    ],
    ['its declaration', 'AddGoods.d.ts', (id: string) => `export declare class ${id} extends Revision {}`],
    ['a file that no reader understands', 'goods.txt', (id: string) => `class ${id}`],
  ] as const)
    it(`generate requires the missing revision first where ${title} is left, and does not suggest deleting the snapshot`, async () => {
      await write(file, text(`AddGoods${stamp}`));
      expect(await refusal('Again')).to.equal(
        `error: src/migrations/snapshot.json: its head is AddGoods${stamp}, which the DataSource does not have. Nothing was written. ` +
          `Add AddGoods${stamp} to the migrations of the DataSource, then generate again. These files contain its stamp: src/migrations/${file}. ` +
          'If it was reverted for good, remove it from these files first.\n',
      );
    });

  it('generate requires the missing revision first where none of its files is left', async () => {
    expect(await refusal('Again')).to.equal(
      `error: src/migrations/snapshot.json: its head is AddGoods${stamp}, which the DataSource does not have. Nothing was written. ` +
        'If the project still has that revision, add it to the migrations of the DataSource and generate again. No file in src/migrations mentions it. ' +
        'If it belongs to another branch or was removed for good, delete src/migrations/snapshot.json and generate again.\n',
    );
  });

  for (const [title, file, text] of [
    ['in packages', 'node_modules/other/goods.js', (own: string) => own],
    [
      'in comments and strings',
      'notes.ts',
      (own: string) =>
        `/* ${own.replaceAll('*/', '')} */ export const text = 'class A1700000000000 extends Revision {}';`,
    ],
    ['that is only declared', 'goods.d.ts', (own: string) => own],
    [
      'that others are made of',
      'base.ts',
      (own: string) => own.replace('export class', 'export abstract class'),
    ],
  ] as const)
    it(`generate ignores a class ${title}`, async () => {
      await write(file, text(source));
      await rm(join(project.folder, 'snapshot.json'));
      expect((await project.start(['--check']).ended).code).to.equal(2);
    });

  it('generate ignores a folder inside that has its own snapshot', async () => {
    await write(`audit/${stamp}-AddGoods.ts`, source);
    await rename(join(project.folder, 'snapshot.json'), join(project.folder, 'audit', 'snapshot.json'));
    expect((await project.start(['--check']).ended).code).to.equal(2);
    expect(await readFile(join(project.folder, 'audit', 'snapshot.json'), 'utf8')).to.equal(snapshot);
  });
});
