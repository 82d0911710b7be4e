import { expect } from 'chai';
import type { QueryRunner } from 'typeorm';
import { queryBelow, watchStatements } from '../../../src/databases/statement-watch.js';

/** A connection that notes what reaches it, and answers with it. */
class Wire {
  readonly sent: unknown[][] = [];
  query(...args: unknown[]): Promise<unknown> {
    this.sent.push(args);
    return Promise.resolve(args[0]);
  }
}

function wired(): { readonly wire: Wire; readonly queryRunner: QueryRunner } {
  const wire = new Wire();
  return { wire, queryRunner: wire as unknown as QueryRunner };
}

describe('watchStatements', () => {
  it('shows a statement to the one that came last first, and sends it with its parameters', async () => {
    const { wire, queryRunner } = wired();
    const seen: string[] = [];
    for (const name of ['first', 'second'])
      watchStatements(queryRunner, (sql, send) => (seen.push(`${name}: ${sql}`), send()));
    expect(await queryRunner.query('SELECT $1', [1])).to.equal('SELECT $1');
    expect(seen).to.deep.equal(['second: SELECT $1', 'first: SELECT $1']);
    expect(wire.sent).to.deep.equal([['SELECT $1', [1]]]);
  });

  it('sends another statement where one is given, and the inner ones see that', async () => {
    const { wire, queryRunner } = wired();
    const seen: string[] = [];
    watchStatements(queryRunner, (sql, send) => (seen.push(sql), send()));
    watchStatements(queryRunner, (_sql, send) => send('SELECT 2'));
    await queryRunner.query('SELECT 1', [7]);
    expect([seen, wire.sent]).to.deep.equal([['SELECT 2'], [['SELECT 2', [7]]]]);
  });

  for (const order of [
    [0, 1],
    [1, 0],
  ])
    it(`puts query back when all are gone, taken away in the order ${order.join(', ')}`, async () => {
      const { wire, queryRunner } = wired();
      const seen: number[] = [];
      const stops = [0, 1].map((index) =>
        watchStatements(queryRunner, (_sql, send) => (seen.push(index), send())),
      );
      const [first = 0, last = 0] = order;
      stops[first]?.();
      stops[first]?.();
      await queryRunner.query('SELECT 1');
      expect(seen).to.deep.equal([last]);
      stops[last]?.();
      await queryRunner.query('SELECT 1');
      expect(seen).to.deep.equal([last]);
      expect(wire.sent).to.have.length(2);
      expect(Object.hasOwn(wire, 'query')).to.equal(false);
    });

  it('lets one that takes itself away still send what it has seen', async () => {
    const { wire, queryRunner } = wired();
    const stop = watchStatements(queryRunner, (_sql, send) => (stop(), send()));
    await queryRunner.query('SELECT 1');
    await queryRunner.query('SELECT 2');
    expect(wire.sent).to.deep.equal([['SELECT 1'], ['SELECT 2']]);
  });

  it('puts back a query that somebody else had replaced', () => {
    const { wire, queryRunner } = wired();
    const theirs = () => Promise.resolve('theirs');
    Object.assign(wire, { query: theirs });
    watchStatements(queryRunner, (_sql, send) => send())();
    expect(wire).to.have.property('query', theirs);
  });
});

describe('queryBelow', () => {
  it('passes those that watched before, and none that came later', async () => {
    const { queryRunner } = wired();
    const seen: string[] = [];
    const note = (name: string) => watchStatements(queryRunner, (_sql, send) => (seen.push(name), send()));
    note('before');
    const below = queryBelow(queryRunner);
    note('later');
    await below('SELECT 1');
    expect(seen).to.deep.equal(['before']);
  });
});
