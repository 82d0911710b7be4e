import { expect } from 'chai';
import type { EntitySchemaColumnOptions } from 'typeorm';
import { generateTogether, runTogether, statementsOf, type Together } from './together.js';
import { KEY, table, to, type Columns } from './case.js';
import type { Rest } from '../drift/no-false-alarm-database.js';
import type { Entities } from './property/run.js';

type Type = Pick<EntitySchemaColumnOptions, 'type' | 'length'>;
const [UUID, INTEGER, BIGINT]: readonly Type[] = [{ type: 'uuid' }, { type: 'integer' }, { type: 'bigint' }];
const text = (length: number): Type => ({ type: 'varchar', length });
const key = (type: Type | undefined): Columns[string] => ({ type: 'integer', ...type, primary: true });
const optional = (type: Type | undefined): Columns[string] => ({ type: 'integer', ...type, nullable: true });

function owned(type: Type | undefined): Entities {
  return [
    ...table('own', { id: key(type) }),
    ...table('dep', { own_id: optional(type) }, to('own', 'own_id', 'id')),
  ];
}

function tree(type: Type | undefined): Entities {
  return table('node', { id: key(type), up: optional(type) }, to('node', 'up', 'id'));
}

/** With a key that has another name, as TypeORM gives it where a column has another one. */
function named(name: string, type: Type | undefined): Entities {
  const id = { ...key(type), type: type?.type ?? 'integer', primaryKeyConstraintName: name } as const;
  const code = optional(type);
  const uniques = [{ name: `uq_${name}`, columns: ['code'] }];
  const foreignKeys = [
    { name: 'fk', target: 'node', columnNames: ['up'], referencedColumnNames: ['id'] },
    { name: 'fk_code', target: 'node', columnNames: ['up_code'], referencedColumnNames: ['code'] },
  ];
  return table('node', { id, code, up: code, up_code: code }, { uniques, foreignKeys });
}

function composite(type: Type | undefined): Entities {
  const columns = { columnNames: ['a', 'b'], referencedColumnNames: ['a', 'b'] };
  const foreignKeys: Rest = { foreignKeys: [{ name: 'fk', target: 'own', ...columns }] };
  const own = table('own', { a: key(INTEGER), b: key(type) });
  return [...own, ...table('dep', { ...KEY, a: optional(INTEGER), b: optional(type) }, foreignKeys)];
}

function joined(left: Type | undefined, right: Type | undefined): Entities {
  const foreignKey = (target: string) => ({
    ...{ name: `fk_${target}`, target, columnNames: [`${target}_id`], referencedColumnNames: ['id'] },
    ...{ onDelete: 'CASCADE', onUpdate: 'CASCADE', deferrable: 'INITIALLY DEFERRED' },
  });
  const rest = {
    foreignKeys: [foreignKey('l'), foreignKey('r')],
    indices: [
      { name: 'ix_l', columns: ['l_id'] },
      { name: 'ix_r', columns: ['r_id'] },
    ],
  } as Rest;
  const both = { l_id: key(left), r_id: key(right) };
  return [...table('l', { id: key(left) }), ...table('r', { id: key(right) }), ...table('lr', both, rest)];
}

function ofUnique(type: Type | undefined): Entities {
  const own = table(
    'own',
    { ...KEY, code: optional(type) },
    { uniques: [{ name: 'uq', columns: ['code'] }] },
  );
  return [...own, ...table('dep', { ...KEY, code: optional(type) }, to('own', 'code', 'code'))];
}

const CASES: readonly (readonly [what: string, given: Together])[] = [
  ['uuid becomes varchar', { before: owned(UUID), after: owned(text(36)) }],
  ['int becomes varchar', { before: owned(INTEGER), after: owned(text(20)) }],
  ['int becomes bigint', { before: owned(INTEGER), after: owned(BIGINT) }],
  ['varchar becomes longer', { before: owned(text(20)), after: owned(text(40)) }],
  ['uuid becomes varchar in a table that refers to itself', { before: tree(UUID), after: tree(text(36)) }],
  ['int becomes bigint in keys with other names', { before: named('a', INTEGER), after: named('b', BIGINT) }],
  ['a part of a composite key changes', { before: composite(INTEGER), after: composite(text(9)) }],
  ['both keys of a join table change', { before: joined(UUID, INTEGER), after: joined(text(36), BIGINT) }],
  ['it refers to a unique constraint', { before: ofUnique(UUID), after: ofUnique(text(36)) }],
  [
    'it was never validated',
    {
      before: [...table('own', KEY), ...table('dep', { ...KEY, own_id: optional(INTEGER) })],
      after: [...table('own', { id: key(BIGINT) }), ...table('dep', { ...KEY, own_id: optional(BIGINT) })],
      byHand: ['ALTER TABLE dep ADD CONSTRAINT hand FOREIGN KEY (own_id) REFERENCES own (id) NOT VALID'],
    },
  ],
];

/** What has another name in both entities. */
const OF_NAMES = /^(gone|new): .*\b(a|b|uq_a|uq_b)\b/;

describe('A foreign key whose columns get another type (PostgreSQL)', function () {
  this.timeout(120_000);

  for (const [what, given] of CASES)
    it(`A foreign key is the same afterwards, and after down: ${what}`, async () => {
      expect((await runTogether(given)).filter((line) => !OF_NAMES.test(line))).to.deep.equal([]);
    });

  it('A foreign key is added again without a check of rows, which a revision of its own makes', async () => {
    const history = await generateTogether({ before: owned(UUID), after: owned(text(36)) });
    const added =
      'ALTER TABLE "dep" ADD CONSTRAINT "fk" FOREIGN KEY ("own_id") REFERENCES "own" ("id") ON DELETE NO ACTION ON UPDATE NO ACTION NOT VALID';
    const validated = 'ALTER TABLE "dep" VALIDATE CONSTRAINT "fk"';
    for (const direction of ['up', 'down'] as const) {
      const statements = statementsOf(history, direction).filter((sql) => /CONSTRAINT|TYPE/.test(sql));
      expect(statements.at(0)).to.equal('ALTER TABLE "dep" DROP CONSTRAINT "fk"');
      expect(statements.slice(-2)).to.deep.equal([added, validated]);
    }
    expect(history.next).to.have.length(3);
  });

  it('A foreign key stays where its values compare as before', async () => {
    const history = await generateTogether({ before: owned(text(20)), after: owned(text(40)) });
    expect(statementsOf(history, 'up').join('\n')).not.to.match(/CONSTRAINT/);
  });
});
