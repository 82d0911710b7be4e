import { expect } from 'chai';
import { installedCommands, namesDataSource } from '../../../src/cli/installed-commands.js';

const MESSAGES: readonly (readonly [message: string, installed: string])[] = [
  ['To list all revisions: npm run -s db:status', 'To list all revisions: npx orchestrator-db status'],
  ['Run: npm run -s db -- create Name', 'Run: npx orchestrator-db create Name'],
  [
    'accept it: npm run -s db:check -- --accept <name> --reason <why>',
    'accept it: npx orchestrator-db check --accept <name> --reason <why>',
  ],
  ['apply them: npm run -s db:up. Then deploy', 'apply them: npx orchestrator-db up. Then deploy'],
  ['npm run db:init -- --admin ann', 'npx orchestrator-db init --admin ann'],
  ['npm run typeorm migration:run', 'npm run typeorm migration:run'],
  ['npm run dbx:up', 'npm run dbx:up'],
];

describe('The commands in a message for another project', () => {
  for (const [message, installed] of MESSAGES)
    it(`The commands in "${message}" are those of the installed package`, () => {
      expect(installedCommands(message)).to.equal(installed);
    });

  it('Another project is one whose DataSource is named', () => {
    expect(namesDataSource(['check', '-d', 'src/data-source.ts'])).to.equal(true);
    expect(namesDataSource(['check', '--data-source=src/data-source.ts'])).to.equal(true);
    expect(namesDataSource(['check', '--dialect', 'sqlite'])).to.equal(false);
  });
});
