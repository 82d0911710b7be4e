import { expect } from 'chai';
import { askConfirmations } from '../../../src/cli/ask-confirmations.js';
import { UnconfirmedChangesError, type UnconfirmedChange } from '../../../src/errors/generate.js';
import { NO_CONFIRMATIONS } from '../../../src/generate/confirm/confirmations.js';
import type { Io } from '../../../src/cli/io.js';
import { systemClock } from '../../../src/clock.js';
import { asIs, recordingIo } from './recording-io.js';

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

  for (const { title, place, words } of [
    { title: 'takes the chosen answer', place: 1, words: { ...NO_CONFIRMATIONS, drops: ['event.at'] } },
    { title: 'stops at the last answer', place: 2, words: undefined },
    { title: 'stops where none is chosen', place: undefined, words: undefined },
  ])
    it(`With arrow keys, generate ${title}`, async () => {
      const shown: string[] = [];
      const choose: NonNullable<Io['choose']> = (question, answers) => {
        shown.push(asIs(question), ...answers.map(asIs));
        return Promise.resolve(place);
      };
      const ask = () => Promise.reject(new Error('asked for a number'));
      const unconfirmed = {
        ...change('drop-column', '--rename event.at:moment', '--drop event.at', 'a column in the entity'),
        rows: 3,
      };
      const io = recordingIo({ ask, choose });
      expect(await askConfirmations(new UnconfirmedChangesError([unconfirmed]), io)).to.deep.equal(words);
      expect(shown).to.deep.equal([
        'event.at: a problem; 3 rows with a value in it\n  or stop, and declare a column in the entity',
        ...['--rename event.at:moment', '--drop event.at', 'stop'],
      ]);
    });

  it('generate asks no further question without an expression', async () => {
    const answers = ['1', ''];
    const ask = () => Promise.resolve(answers.shift() ?? '');
    const unconfirmed = change('conversion', '--using "event.at=<expression>"');
    const io = recordingIo({ ...systemClock, env: {}, ask });
    expect(await askConfirmations(new UnconfirmedChangesError([unconfirmed]), io)).to.equal(undefined);
  });
});
