import { expect } from 'chai';
import { GROUPS } from './kill/groups.js';
import { Group } from './kill/killed-group.js';

/** The rows behind contract; and behind the way back, where they are not those from before. */
interface Kept {
  readonly after: readonly string[];
  readonly back?: readonly string[];
}

const RENAMED = ['[["descr","a"],["id",1],["n",1]]', '[["descr","b"],["id",2],["n",2]]'];
const NAMED = ['job [["id",1],["name","a"]]', 'job [["id",2],["name","b"]]'];
const LOG = 'log [["id",1],["job",1]]';
const EMPTY_LOG = 'log [["id",2],["job",null]]';
const jobs = (rows: readonly string[]) => rows.map((row) => `job ${row}`);
const chores = (rows: readonly string[]) => rows.map((row) => `chore ${row}`);

const KEPT: Readonly<Record<string, Kept>> = {
  'a renamed column': { after: jobs(RENAMED) },
  'required columns': {
    after: jobs(['[["id",1],["name","a"],["rank",2]]', '[["id",2],["name","none"],["rank",3]]']),
    back: jobs(['[["id",1],["name","a"]]', '[["id",2],["name","none"]]']),
  },
  'constraints of other rows': { after: [...NAMED, LOG] },
  'a dropped column and a dropped table': {
    after: ['job [["fresh",null],["id",1],["name","a"]]'],
    back: ['job [["id",1],["name","a"],["old","gone"]]'],
  },
  'a renamed table': {
    after: [...chores(['[["id",1],["n",1],["task","a"]]', '[["id",2],["n",2],["task","b"]]']), LOG],
  },
  'a renamed table with a renamed column': { after: [...chores(RENAMED), LOG] },
  'a renamed table with a renamed column that it is upserted by': { after: [...chores(RENAMED), LOG] },
  'a renamed column that its table is upserted by': { after: [...jobs(RENAMED), LOG] },
  'a key of another type, with what refers to it': { after: [...NAMED, LOG, EMPTY_LOG] },
  'a wider number': { after: jobs(['[["id",1],["n",7]]', '[["id",2],["n",3]]']) },
};

describe('Group of expand and contract on SQLite', () => {
  for (const [what, { after, back }] of Object.entries(KEPT))
    it(`keeps the rows up and down: ${what}`, async function () {
      this.timeout(120_000);
      const given = GROUPS[what] ?? expect.fail(`There is no group ${what}.`);
      await Group.lend('sqlite', given, async (group) => {
        const up = await group.way('up');
        const down = await group.way('down');
        await Promise.all([up.start.remove(), down.start.remove()]);
        expect(up.end.rows).to.deep.equal(after);
        const [before] = up.states.values();
        expect(down.end.rows).to.deep.equal(back ?? before?.rows);
        expect(down.end.catalog).to.deep.equal(before?.catalog);
      });
    });
});
