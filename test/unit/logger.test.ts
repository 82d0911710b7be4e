import { expect } from 'chai';
import type { Logger } from 'typeorm';
import { LineLogger } from '../../src/logger.js';
import type { LogLevel } from '../../src/settings.js';

/** Every event that TypeORM has, the parameters included, which hold a secret. */
function everyEvent(logger: LineLogger): void {
  const typeorm: Required<Logger> = logger;
  typeorm.logQuery('SELECT\n  $1', ['hush']);
  typeorm.logQueryError(new Error('no such\ntable'), 'SELECT $2', ['hush']);
  typeorm.logQueryError('as text', 'SELECT $3', ['hush']);
  typeorm.logQuerySlow(1234, 'SELECT $4', ['hush']);
  typeorm.logSchemaBuild('[X] 1 Alpha');
  typeorm.logMigration('migrated');
  typeorm.log('log', 'a log');
  typeorm.log('info', 'an info');
  typeorm.log('warn', 'a warning');
}

function heard(level: LogLevel): {
  readonly events: readonly string[];
  readonly outcomes: readonly string[];
} {
  const events: string[] = [];
  const outcomes: string[] = [];
  everyEvent(
    new LineLogger(
      level,
      (line) => events.push(line),
      (line) => outcomes.push(line),
    ),
  );
  return { events, outcomes };
}

const ERRORS = ['error: a warning'];
const INFOS = ['info: slow, 1234 ms: SELECT $4', 'info: migrated', 'info: a log', 'info: an info', ...ERRORS];
const STATEMENTS = [
  'sql: SELECT $1',
  'sql: failed: no such table: SELECT $2',
  'sql: failed: as text: SELECT $3',
  ...INFOS,
];

describe('LineLogger', () => {
  for (const [level, events, outcomes] of [
    ['error', ERRORS, ['[X] 1 Alpha']],
    ['info', INFOS, ['[X] 1 Alpha']],
    ['sql', STATEMENTS, ['[X] 1 Alpha']],
  ] as const) {
    it(`LineLogger at level ${level} writes one line for each event of that importance`, () => {
      expect(heard(level)).to.deep.equal({ events, outcomes });
    });
  }

  it('LineLogger masks passwords and makes control characters visible', () => {
    const lines: string[] = [];
    const logger = new LineLogger('sql', (line) => lines.push(line));
    logger.logQuery(`ALTER ROLE "a\u001b[2J\u202e" PASSWORD 'Tango'`);
    logger.logSchemaBuild('[X] 1 a\n\u009b2J');
    logger.logQueryError(new Error('no postgres://ann:Tango@a/b'), 'SELECT 1');
    expect(lines).to.deep.equal([
      `sql: ALTER ROLE "a\\x1b[2J\\u202e" PASSWORD '***'`,
      'info: [X] 1 a\\n\\u009b2J',
      'sql: failed: no postgres://ann:***@a/b: SELECT 1',
    ]);
  });

  it('LineLogger never writes the parameters of a statement', () => {
    expect(JSON.stringify(heard('sql'))).not.to.include('hush');
  });

  it('LineLogger writes outcomes as events of level info by default', () => {
    const lines: string[] = [];
    for (const level of ['error', 'info'] as const) {
      const logger = new LineLogger(level, (line) => lines.push(`at ${level}, ${line}`));
      logger.logSchemaBuild('[ ] Bravo');
      logger.logMigration('migrated');
    }
    expect(lines).to.deep.equal(['at info, info: [ ] Bravo', 'at info, info: migrated']);
  });
});
