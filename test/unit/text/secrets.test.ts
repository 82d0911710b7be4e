import { expect } from 'chai';
import { holdsPassword, masked } from '../../../src/text/secrets.js';

/** Words of letters in it are what must not be seen, each of them. */
const PASSWORDS: readonly string[] = [
  'Tango',
  '9Tango9',
  'Tango@Sierra',
  'Tango:Sierra',
  'Tango/Sierra',
  'Tango?Sierra',
  'Tango#Sierra',
  'Tango%40Sierra',
  'Tango\\Sierra',
  'Tango[Sierra]',
  '5433/Tango',
  '$&Tango$1',
];

/** Where a password is known by what stands around it. */
const SHAPES: readonly (readonly [title: string, text: (password: string) => string])[] = [
  ['a URL', (password) => `postgres://ann:${password}@db.example:5433/orders`],
  [
    'a URL, percent-encoded',
    (password) => `postgres://ann:${encodeURIComponent(password)}@db.example/orders`,
  ],
  [
    'a URL, all of it percent-encoded',
    (password) => encodeURIComponent(`postgres://ann:${password}@db.example/orders`),
  ],
  ['a URL without a user', (password) => `postgres://:${password}@db.example/orders`],
  ['a URL with one slash', (password) => `postgres:/ann:${password}@db.example/orders`],
  ['a URL without a scheme', (password) => `//ann:${password}@db.example/orders`],
  [
    'a URL without a scheme, all of it percent-encoded',
    (password) => encodeURIComponent(`//ann:${password}@db.example/orders`),
  ],
  ['a URL of another scheme', (password) => `mysql+pymysql://ann:${password}@db.example/orders`],
  ['a URL in quotes', (password) => `"postgres://ann:${password}@db.example/orders"`],
  [
    'a parameter of a URL',
    (password) => `postgres://db.example/orders?password=${encodeURIComponent(password)}&user=ann`,
  ],
  ['keywords and values', (password) => `host=db.example password=${password} dbname=orders`],
  [
    'keywords and values in quotes',
    (password) => `host=db.example password = '${password} Romeo' dbname=orders`,
  ],
  ['an environment variable', (password) => `PGPASSWORD=${password}`],
  ['a variable that holds a URL', (password) => `DATABASE_URL=postgres://ann:${password}@db.example/orders`],
  ['a statement', (password) => `ALTER ROLE ann PASSWORD '${password}'`],
  ['an object as JSON', (password) => JSON.stringify({ password, user: 'ann' })],
  ['an object as Node prints it', (password) => `{ user: 'ann', password: '${password}' }`],
  ['an object as text', (password) => `{ user: ann, password: ${password} }`],
  ['an object as text, first', (password) => `{ dbPassword: ${password}, user: ann }`],
  ['names and values with colons', (password) => `host: db.example password: ${password} user: ann`],
  ['a line of YAML', (password) => `user: ann\n  password: ${password}\n  host: db.example`],
];

const WORDS = /[A-Z][a-z]+/g;

describe('A password', () => {
  for (const [title, textWith] of SHAPES)
    it(`A password is masked in ${title}, whatever characters it has`, () => {
      for (const password of PASSWORDS) {
        const message = masked(`There is no ${textWith(password)}, at all. See a@b.`);
        for (const word of `${password} Romeo`.match(WORDS) ?? []) expect(message).not.to.include(word);
        expect(message).to.match(/^There is no [^]*\*\*\*/);
        expect(masked(message)).to.equal(message);
        expect(holdsPassword(textWith(password), false), textWith(password)).to.equal(true);
      }
    });

  it('A password with a blank is masked in a URL', () => {
    const message = masked('No file postgres://ann:Tango Sierra@db.example/orders.');
    expect(message).to.equal('No file postgres://ann:***@db.example/orders.');
    expect(masked(['postgres://ann', ' Tango@db.example'].join(':'))).to.equal(
      'postgres://ann:***@db.example',
    );
  });

  it('A password is masked behind a colon, where no sentence begins', () => {
    expect(masked('password: hunter')).to.equal('password: ***');
    expect(masked('password: 12345678')).to.equal('password: ***');
    expect(masked('password: s3cr3t was rejected')).to.equal('password: *** was rejected');
    expect(masked('{ host: db, password: hush }')).to.equal('{ host: db, password: *** }');
    expect(masked('up //u:s3cr3t@h/db')).to.equal('up //u:***@h/db');
    expect(masked('up "//u:a b@h/db"')).to.equal('up "//u:***@h/db"');
  });

  it('Masking a password keeps the text around it', () => {
    expect(masked('no "postgres://ann:secret@db.example:5433/orders" there')).to.equal(
      'no "postgres://ann:***@db.example:5433/orders" there',
    );
    expect(masked('host=a password=hush dbname=b, port=1')).to.equal('host=a password=*** dbname=b, port=1');
    expect(masked(`ALTER ROLE ann PASSWORD 'it''s' VALID UNTIL 'tomorrow'`)).to.equal(
      `ALTER ROLE ann PASSWORD '***' VALID UNTIL 'tomorrow'`,
    );
    const json = masked('{"user":"ann","password":"hush, \\"x","port":1}');
    expect(JSON.parse(json)).to.deep.equal({ user: 'ann', password: '***', port: 1 });
    expect(masked(json)).to.equal(json);
  });

  for (const text of [
    'DATABASE_URL: is not set. Example: DATABASE_URL=postgres://user:password@host:5432/orchestrator',
    '--admin requires a password of at least 12 characters: printf %s "$PASSWORD" | npm run db:init',
    'password authentication failed for user "ann"',
    'see http://localhost:3000/docs and https://www.postgresql.org:443/docs, or write to a@b',
    'UPDATE "users" SET "password" = $1, "password_hash" = $2 WHERE "id" = $3',
    'users.password: new column, not null. Options: --backfill users.password=<expression>',
    'ADMIN_PASSWORD: is too short',
    'ADMIN_PASSWORD: has 3 characters, and needs 12',
    'password: must be longer than or equal to 12 characters',
    'password: 3 rows without a value',
    '{ user: ann, password: undefined }',
    '{ user: ann, password: [Function: password], passphrase: null }',
    'users.password: varchar(60), not null',
    'users.password: text2',
    '//TODO: ask a@b',
    'a // note: ask a@b',
    'src//migrations/a@b:1',
    'file:///srv/app/ormconfig.ts:12:3',
  ])
    it(`No password is found in: ${text}`, () => {
      expect(masked(text)).to.equal(text);
    });
});

describe('An argument', () => {
  for (const [word, loosely] of [
    ['ann:secret@db.example:5433/orders', true],
    [['postgres://ann', 'pa ss@db.example/orders'].join(':'), false],
    ['//ann:secret@db.example/orders', false],
    ['postgres%253A%252F%252Fann%253Asecret%2540db', false],
    ['./postgres:/ann:secret@db.example/orders', false],
    ['-dpostgres://ann:secret@db.example/orders', false],
    ['postgres://ann:password@db.example/orders', false],
  ] as const)
    it(`The argument ${word} contains a password`, () => {
      expect(holdsPassword(word, loosely)).to.equal(true);
    });

  for (const word of [
    'AddColumn',
    '-1',
    'InitialSchema1795435200000..head',
    'C:\\work\\a@b\\ormconfig.ts',
    'C:/app/a@b/ormconfig.ts',
    '../node_modules/@scope/x/ormconfig.js',
    'jobs.status:state',
    'users.password:pass_hash2',
    'user_password:credentials2',
    'src//migrations/AddColumn',
    'sqlite:./orchestrator.db',
    'postgres://ann@db.example/orders',
  ])
    it(`The argument ${word} contains no password`, () => {
      expect(holdsPassword(word, true)).to.equal(false);
    });
});
