import { expect } from 'chai';
import { callsIn, foldedCalls } from '../../../../../src/databases/postgres/expression/calls.js';

const CALLS: readonly (readonly [sql: string, calls: readonly string[]])[] = [
  [`lower('a')`, ['lower']],
  [`LOWER ( 'a(b' )`, ['lower']],
  [`public.is_fine(a) AND "other one".f(b)`, ['is_fine', 'f']],
  [`"substring"(a, 1)`, ['substring']],
  [`a IN (1, 2) AND (b) OR NOT (c)`, []],
  [`coalesce(a, nullif(b, 1)) > greatest(1, 2)`, []],
  [`'1'::numeric(10,2) + CAST(a AS public.vector(3))`, []],
  [`a::character varying(10) || b::timestamp(3) with time zone`, []],
  [`CASE WHEN (a) THEN (b) ELSE (c) END`, []],
  [`-- lower(a)\n /* upper(b) */ $$trim(c)$$ = 'f(d)'`, []],
  [`now() + make_interval(days => 1)`, ['now', 'make_interval']],
];

const FOLDED: readonly (readonly [sql: string, plan: string, folded: readonly string[]])[] = [
  [`lower('ABC')`, `'abc'::text`, ['lower']],
  [`lower(a) = lower('A')`, `(lower(a) = 'a'::text)`, ['lower']],
  [`now() + make_interval(days => 1)`, `(now() + '1 day'::interval)`, ['make_interval']],
  [`substring(a, 1)`, `"substring"(a, 1)`, []],
  ['CURRENT_TIMESTAMP', 'now()', []],
];

describe('The calls in an expression', () => {
  for (const [sql, calls] of CALLS)
    it(`The calls in ${sql} are ${calls.length === 0 ? 'none' : calls.join(', ')}`, () => {
      expect(callsIn(sql)).to.deep.equal(calls);
    });

  for (const [sql, plan, folded] of FOLDED)
    it(`The calls in ${sql} that its plan ${plan} replaced are ${folded.join(', ') || 'none'}`, () => {
      expect(foldedCalls(sql, plan)).to.deep.equal(folded);
    });
});
