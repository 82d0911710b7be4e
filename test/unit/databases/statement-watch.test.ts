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
  it('watchStatements shows a statement to the newest watcher first and sends it with its parameters', async () => {
    const { wire, queryRunner } = wired();
    const seen: string[] = [];
    for (const name of ['first', 'second'])
      watchStatements(queryRunner, (sql, send) => (seen.push(`${name}: ${sql}`), send()));
    expect(await queryRunner.query('SELECT $1', [1])).to.equal('SELECT $1');
    expect(seen).to.deep.equal(['second: SELECT $1', 'first: SELECT $1']);
    expect(wire.sent).to.deep.equal([['SELECT $1', [1]]]);
  });

  it('watchStatements sends a replaced statement, and the inner watchers see the replacement', async () => {
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
    it(`watchStatements restores query after the watchers are removed in the order ${order.join(', ')}`, async () => {
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

  it('watchStatements lets a watcher that removes itself send its statement', async () => {
    const { wire, queryRunner } = wired();
    const stop = watchStatements(queryRunner, (_sql, send) => (stop(), send()));
    await queryRunner.query('SELECT 1');
    await queryRunner.query('SELECT 2');
    expect(wire.sent).to.deep.equal([['SELECT 1'], ['SELECT 2']]);
  });

  it('watchStatements restores a query that other code had replaced', () => {
    const { wire, queryRunner } = wired();
    const theirs = () => Promise.resolve('theirs');
    Object.assign(wire, { query: theirs });
    watchStatements(queryRunner, (_sql, send) => send())();
    expect(wire).to.have.property('query', theirs);
  });
});

describe('queryBelow', () => {
  it('queryBelow passes the earlier watchers and none of the later ones', async () => {
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
