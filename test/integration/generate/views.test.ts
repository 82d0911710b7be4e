import { expect } from 'chai';
import { Column, Entity, PrimaryColumn, ViewColumn, ViewEntity } from 'typeorm';
import { generateProject, type GenerateProject } from '../../support/generate-here.js';

@Entity('pebbles')
class Pebble {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_pebbles' })
  id!: number;

  @Column({ name: 'weight', type: 'integer' })
  weight!: number;
}

@ViewEntity({ name: 'heavy_pebbles', expression: 'SELECT "id" FROM "pebbles" WHERE "weight" > 9' })
class HeavyPebble {
  @ViewColumn()
  id!: number;
}

const MISSING =
  'heavy_pebbles: the view is missing. generate leaves views out: write a revision for it by hand';

describe('Generating with the entity of a view', () => {
  let project: GenerateProject;

  beforeEach(async () => {
    project = await generateProject();
  });
  afterEach(() => project.remove());

  it('Generating names the views that it leaves out, and --check reports them as missing', async () => {
    const made = await project.succeed([Pebble, HeavyPebble], 'Pebbles');
    expect(made.stderr).to.equal(`note: ${MISSING}\n`);
    const again = await project.succeed([Pebble, HeavyPebble], 'Nothing');
    expect(again).to.deep.include({
      stdout: 'No revision was written: the revisions lack only views, and generate leaves views out.\n',
      stderr: `note: ${MISSING}\n`,
    });
    const checked = await project.generate([Pebble, HeavyPebble], ['--check']);
    expect(checked).to.deep.equal({
      code: 2,
      stdout: `A revision is missing for:\n  ${MISSING}\n`,
      stderr: '',
    });
  });
});
