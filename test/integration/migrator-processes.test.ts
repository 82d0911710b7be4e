import { LIMIT_MS, PROCESSES, RACES, raceTitle, runRaces } from '../support/races.js';

describe('Eight processes at once against an empty database', () => {
  for (const race of RACES.filter(({ pooled }) => !pooled))
    it(raceTitle(race), () => runRaces(race, { processes: PROCESSES })).timeout(LIMIT_MS);
});
