import { expect } from 'chai';
import { generateProject, type GenerateProject } from '../support/generate-here.js';
import { petEntities } from '../support/pet-entities.js';

const REMARK = { name: 'remark', type: 'text', nullable: true } as const;

describe('The option --upsert-by of generate', function () {
  this.timeout(120_000);
  let project: GenerateProject;
  beforeEach(async () => {
    project = await generateProject();
    await project.succeed(petEntities(), 'Initial', '--phases');
  });
  afterEach(() => project.remove());

  it('is refused for a column that the change does not rename', async () => {
    const args = ['Change', '--rename', 'pets.note:remark', '--phases', '--upsert-by', 'pets.note'];
    expect(await project.generate(petEntities({ note: REMARK }), args)).to.deep.equal({
      code: 64,
      stdout: '',
      stderr:
        'error: --upsert-by pets.note: this change does not rename a column to that name. It renames columns to: pets.remark.\n',
    });
  });

  it('is refused beside --one-step', async () => {
    const args = ['Change', '--rename', 'pets.note:remark', '--upsert-by', 'pets.remark'];
    expect(await project.generate(petEntities({ note: REMARK }), args)).to.deep.equal({
      code: 64,
      stdout: '',
      stderr: 'error: --one-step and --upsert-by: pass only one of them.\n',
    });
  });
});
