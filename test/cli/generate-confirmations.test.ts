import { expect } from 'chai';
import type { Text } from '../../src/cli/line.js';
import { generateProject, type GenerateProject } from '../support/generate-here.js';
import { petEntities } from '../support/pet-entities.js';
import { documentOf } from '../support/run-shelves.js';
import { asIs } from '../unit/cli/recording-io.js';

const NOTHING = 'No changes: the revisions already match the entities.\n';
const REMARK = { name: 'remark', type: 'text', nullable: true } as const;
const AGE = { name: 'age', type: 'integer' } as const;

describe('The confirmations of generate', function () {
  this.timeout(120_000);
  let project: GenerateProject;
  beforeEach(async () => {
    project = await generateProject();
    await project.succeed(petEntities(), 'Initial');
  });
  afterEach(() => project.remove());

  for (const { title, edits, options, words } of [
    {
      title: 'a removed column and a new one',
      edits: { note: REMARK },
      options: ['--drop', 'pets.note'],
      words:
        '  pets.note: the column is dropped with its values. Options: --rename pets.note:remark or --drop pets.note.\n',
    },
    {
      title: 'a removed column',
      edits: { note: null },
      options: ['--drop', 'pets.note'],
      words: '  pets.note: the column is dropped with its values. Option: --drop pets.note.\n',
    },
    {
      title: 'a removed table and a new one',
      edits: { table: 'animals' },
      options: ['--rename-table', 'pets:animals'],
      words:
        '  pets: the table is dropped with all its rows. Options: --rename-table pets:animals or --drop pets.\n',
    },
    {
      title: 'a new column that requires a value',
      edits: { extra: AGE },
      options: ['--backfill', '3'],
      words:
        '  pets.age: a new NOT NULL column without a default: existing rows have no value for it. Options: --backfill "pets.age=<expression>", a default in the entity, or nullable: true in the entity.\n',
    },
    {
      title: 'a column that becomes NOT NULL',
      edits: { note: { name: 'note', type: 'text' } },
      options: ['--backfill', `pets.note='none'`],
      words:
        '  pets.note: existing rows may contain NULL, and the column becomes NOT NULL. Options: --backfill "pets.note=<expression>" or nullable: true in the entity.\n',
    },
    {
      title: 'a column with another type',
      edits: { name: { type: 'integer', length: undefined } },
      options: ['--allow-rewrite'],
      words:
        '  pets.name: type character varying(50) becomes integer: the table is rewritten and locked; the revision fails if a text is not of type integer. Option: --allow-rewrite.\n',
    },
  ] as const) {
    it(`generate requires confirmation of ${title}, and continues with it`, async () => {
      const before = await project.files();
      const entities = petEntities(edits as never);
      expect(await project.generate(entities, ['Change'])).to.deep.equal({
        code: 3,
        stdout: '',
        stderr: `error: Nothing was written: these changes need confirmation. For each line below, choose one option and run the command again.\n${words}`,
      });
      expect(await project.files()).to.deep.equal(before);
      await project.succeed(entities, 'Change', ...options);
      expect(await project.generate(entities, ['--check'])).to.include({ code: 0, stdout: NOTHING });
    });
  }

  it('generate --json lists the unconfirmed changes in its document', async () => {
    const result = await project.generate(petEntities({ note: null }), ['Change', '--json']);
    expect(result.code).to.equal(3);
    expect(documentOf(result)).to.deep.equal({
      status: 'failed',
      error: {
        code: 'CHANGES_UNCONFIRMED',
        message:
          'Nothing was written: these changes need confirmation. For each line below, choose one option and run the command again. pets.note: the column is dropped with its values. Option: --drop pets.note.',
        changes: [
          {
            kind: 'drop-column',
            table: 'pets',
            column: 'note',
            problem: 'the column is dropped with its values',
            remedies: ['--drop pets.note'],
          },
        ],
      },
    });
  });

  it('generate continues with the answers of a person', async () => {
    const asked: string[] = [];
    const answers = ['7', '1'];
    const ask = (question: Text) => {
      asked.push(asIs(question));
      return Promise.resolve(answers.shift() ?? '');
    };
    const result = await project.generate(petEntities({ note: REMARK }), ['Change'], { ask });
    expect(result).to.include({ code: 0, stderr: '' });
    expect(asked).to.deep.equal([
      'pets.note: the column is dropped with its values\n  1  --rename pets.note:remark\n  2  --drop pets.note\nWhich one (press Enter alone to stop)? ',
      'Type a number from 1 to 2 and press Enter, or press Enter alone to stop: ',
    ]);
    expect(result.stdout).to.include('  Renames pets.note to remark.\n');
  });

  it('generate asks no question with --json, and treats an empty answer as a stop', async () => {
    const entities = petEntities({ note: null });
    const ask = () => Promise.resolve('');
    expect((await project.generate(entities, ['Change'], { ask })).code).to.equal(3);
    const never = () => Promise.reject(new Error('It was asked.'));
    expect((await project.generate(entities, ['Change', '--json'], { ask: never })).code).to.equal(3);
  });

  const WRONG: readonly (readonly [args: readonly string[], words: string])[] = [
    [
      ['Change', '--drop', 'pets.name'],
      '--drop pets.name: this change does not drop it. It drops: pets.note.',
    ],
    [
      ['Change', '--rename', 'pets.nte:remark'],
      '--rename pets.nte:remark: the schema at head has no column nte in pets. It has id, name, note, owner_id.',
    ],
    [
      ['Change', '--rename', 'pet.note:remark'],
      '--rename pet.note:remark: the schema at head has no table in pet.note. It has owners, pets.',
    ],
    [
      ['Change', '--rename', 'pets.note:name'],
      '--rename pets.note:name: the schema at head already has a column name in pets.',
    ],
    [
      ['Change', '--rename', 'pets.note:remarks'],
      '--rename pets.note:remarks: the entities declare no column remarks in pets. They declare id, name, owner_id, remark.',
    ],
    [['Change', '--rename', 'pets.note'], '--rename pets.note: the form is table.old:new.'],
    [
      ['Change', '--rename', 'owners.kind.HUGE:BIG'],
      '--rename owners.kind.HUGE:BIG: the schema at head has no value HUGE of owners.kind. It has LARGE, SMALL.',
    ],
    [
      ['Change', '--rename', 'pets.name.a:b'],
      '--rename pets.name.a:b: the schema at head has no value a of pets.name. It has none.',
    ],
    [['Change', '--rename-table', 'pets'], '--rename-table pets: the form is old:new.'],
    [
      ['Change', '--rename-table', 'cats:dogs'],
      '--rename-table cats:dogs: the schema at head has no table cats. It has owners, pets.',
    ],
    [
      ['Change', '--backfill', 'nonsense', '--drop', 'pets.note'],
      '--backfill "nonsense": the form is table.column=expression. No column needs a value.',
    ],
    [
      ['Change', '--rename', 'pets.note:remark', '--rename', 'pets.note:remark'],
      '--rename pets.note:remark and --rename pets.note:remark: note has two new names. Pass only one.',
    ],
    [
      ['change'],
      '"change": a revision name starts with an uppercase letter. Example: npm run -s db:generate -- AddColumn',
    ],
    [
      ['C'.repeat(230)],
      '"CCCCCCCCCCCCCCCCCCCC...": a revision name has at most 100 characters; this one has 230. Example: npm run -s db:generate -- AddColumn',
    ],
    [[], 'generate requires the name of the revision. Example: npm run -s db:generate -- AddColumn'],
    [
      ['nowhere/Change'],
      'The folder nowhere does not exist. Run the command in the folder that contains the sources of the project.',
    ],
    [['Change', '--check', '--sql'], '--check and --sql: pass only one of them.'],
    [['Change', '--renamed', 'a:b'], `unknown option '--renamed'`],
    [['Change', '--drop'], `option '--drop <table.column>' argument missing`],
    [['Change', 'Again'], `too many arguments for 'generate'. Expected 1 argument but got 2.`],
  ];
  it('generate exits with 64 for a --backfill, --using or --time-zone of the right form that nothing needs', async () => {
    for (const [option, value, none] of [
      ['--backfill', `pets.note='none'`, 'no column needs a value.'],
      ['--using', 'pets.note=1', 'no column changes its type.'],
      ['--time-zone', 'pets.note=UTC', 'no column changes its type.'],
    ] as const)
      expect(await project.generate(petEntities(), ['Again', option, value])).to.deep.equal({
        code: 64,
        stdout: '',
        stderr: `error: ${option} "${value}": ${none}\n`,
      });
  });

  for (const [args, words] of WRONG)
    it(`generate exits with 64 for the arguments ${args.join(' ')}`, async () => {
      const before = await project.files();
      const result = await project.generate(petEntities({ note: REMARK }), args);
      expect({ ...result, stderr: result.stderr.replace(/ \(Did you mean[^)]*\)/, '') }).to.deep.equal({
        code: 64,
        stdout: '',
        stderr: `error: ${words}\n`,
      });
      expect(await project.files()).to.deep.equal(before);
    });
});
