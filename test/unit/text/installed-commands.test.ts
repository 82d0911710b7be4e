import { expect } from 'chai';
import { dataSourceIn, installedCommands } from '../../../src/text/installed-commands.js';

const MESSAGES: readonly (readonly [message: string, installed: string])[] = [
  [
    'To list all revisions: npm run -s db:status',
    'To list all revisions: npx orchestrator-db status -d src/db.ts',
  ],
  ['Run: npm run -s db -- create Name', 'Run: npx orchestrator-db create -d src/db.ts Name'],
  [
    'accept it: npm run -s db:check -- --accept <name> --reason <why>',
    'accept it: npx orchestrator-db check -d src/db.ts --accept <name> --reason <why>',
  ],
  [
    'apply them: npm run -s db:up. Then deploy',
    'apply them: npx orchestrator-db up -d src/db.ts. Then deploy',
  ],
  ['npm run db:init -- --admin ann', 'npx orchestrator-db init -d src/db.ts --admin ann'],
  ['npm run typeorm migration:run', 'npm run typeorm migration:run'],
  ['npm run dbx:up', 'npm run dbx:up'],
];

describe('The commands in a message for another project', () => {
  for (const [message, installed] of MESSAGES)
    it(`The commands in "${message}" are those of the installed package`, () => {
      expect(installedCommands(message, 'src/db.ts')).to.equal(installed);
    });

  it('Another project is one whose DataSource is named', () => {
    expect(dataSourceIn(['check', '-d', 'src/db.ts'])).to.equal('src/db.ts');
    expect(dataSourceIn(['check', '--data-source=src/db.ts'])).to.equal('src/db.ts');
    expect(dataSourceIn(['check', '--dialect', 'sqlite'])).to.equal(undefined);
  });

  it('A file with spaces is quoted', () => {
    expect(installedCommands('Run: npm run -s db:up', 'my app/db.ts')).to.equal(
      'Run: npx orchestrator-db up -d "my app/db.ts"',
    );
  });
});
