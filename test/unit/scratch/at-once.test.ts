import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { forEachOf } from '../../../src/scratch/at-once.js';

describe('Work on several kinds of database', () => {
  const waiting = (log: string[]) => async (ms: number) => {
    log.push(`${ms} begins`);
    await pause(ms);
    log.push(`${ms} ends`);
    return ms;
  };

  it('Results are in the order of the list, whichever is done first', async () => {
    const log: string[] = [];
    expect(await forEachOf([20, 1], true, waiting(log))).to.deep.equal([20, 1]);
  });

  it('One after the other, where they may not overlap', async () => {
    const log: string[] = [];
    await forEachOf([20, 1], false, waiting(log));
    expect(log).to.deep.equal(['20 begins', '20 ends', '1 begins', '1 ends']);
  });

  it('The first error of the list is thrown, after all have ended', async () => {
    const ended: number[] = [];
    const failing = async (ms: number) => {
      await pause(ms);
      ended.push(ms);
      throw new Error(`${ms}`);
    };
    const error = await forEachOf([20, 1], true, failing).catch((reason: unknown) => reason);
    expect(error).to.have.property('message', '20');
    expect([...ended].sort((a, b) => a - b)).to.include(20);
  });
});
