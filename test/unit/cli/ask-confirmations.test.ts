import { expect } from 'chai';
import { askConfirmations } from '../../../src/cli/ask-confirmations.js';
import { UnconfirmedChangesError, type UnconfirmedChange } from '../../../src/errors/generate.js';
import { NO_CONFIRMATIONS } from '../../../src/generate/confirm/confirmations.js';
import { systemClock } from '../../../src/clock.js';
import { recordingIo } from './recording-io.js';

const AT = { table: 'event', column: 'at', problem: 'a problem' } as const;

function change(kind: UnconfirmedChange['kind'], ...remedies: readonly string[]): UnconfirmedChange {
  return { kind, ...AT, remedies };
}

describe('The questions of generate at a terminal', () => {
  for (const { title, unconfirmed, answers, words } of [
    {
      title: 'a time zone from the list',
      unconfirmed: change('time-zone', '--time-zone event.at=UTC', '--time-zone "event.at=<time zone>"'),
      answers: ['1'],
      words: { timeZones: ['event.at=UTC'] },
    },
    {
      title: 'another time zone',
      unconfirmed: change('time-zone', '--time-zone event.at=UTC', '--time-zone "event.at=<time zone>"'),
      answers: ['2', ' Europe/Berlin '],
      words: { timeZones: ['event.at=Europe/Berlin'] },
    },
    {
      title: 'an expression that converts',
      unconfirmed: change('conversion', '--using "event.at=<expression>"'),
      answers: ['1', 'f(at)'],
      words: { usings: ['event.at=f(at)'] },
    },
    {
      title: 'an expression that converts back',
      unconfirmed: change('conversion-back', '--using-down "event.at=<expression>"'),
      answers: ['1', 'g(at)'],
      words: { usingsDown: ['event.at=g(at)'] },
    },
    {
      title: 'an expression from the list, as a shell would read it',
      unconfirmed: change('conversion', '--using "event.at=to_date(\\"a\\$t\\", \'YYYY\')"'),
      answers: ['1'],
      words: { usings: [`event.at=to_date("a$t", 'YYYY')`] },
    },
    {
      title: 'a value for rows that exist',
      unconfirmed: change('required-column', '--backfill "event.at=<expression>"', 'a default in the entity'),
      answers: ['1', '1'],
      words: { backfills: ['event.at=1'] },
    },
  ])
    it(`generate asks for ${title}`, async () => {
      const left = [...answers];
      const ask = () => Promise.resolve(left.shift() ?? '');
      const io = recordingIo({ ...systemClock, env: {}, ask });
      expect(await askConfirmations(new UnconfirmedChangesError([unconfirmed]), io)).to.deep.equal({
        ...NO_CONFIRMATIONS,
        ...words,
      });
      expect(left).to.deep.equal([]);
    });

  it('generate asks no further question without an expression', async () => {
    const answers = ['1', ''];
    const ask = () => Promise.resolve(answers.shift() ?? '');
    const unconfirmed = change('conversion', '--using "event.at=<expression>"');
    const io = recordingIo({ ...systemClock, env: {}, ask });
    expect(await askConfirmations(new UnconfirmedChangesError([unconfirmed]), io)).to.equal(undefined);
  });
});
