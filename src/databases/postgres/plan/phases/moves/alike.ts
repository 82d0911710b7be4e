/** Which changes of a type, among those that rewrite a table, an application does not notice. */

import { parsePostgresType, type PostgresType } from '../../../../../sql/postgres-types.js';

/** How the values of a type become those of another one that an application reads alike. */
export interface AlikeTypes {
  /** Whether every former value converts; where not, one that does not is NULL in the second column. */
  readonly isEvery: boolean;
  /** The same on the way back, for values that the newer release may have written. */
  readonly isEveryBack: boolean;
  /** Whether a value of the new type may become another one on the way back: `down` tests that. */
  readonly isRounded: boolean;
  /** What the application may notice all the same. */
  readonly limit?: string;
}

/** What is known of the application. */
interface Readers {
  /** Whether both releases read whole numbers alike, whether the driver gives them as numbers or as texts. */
  readonly readsNumbers: boolean;
  /** The same without a transformer: the driver itself reads a bigint as a number. */
  readonly parsesInt8: boolean;
}

const EVERY: AlikeTypes = { isEvery: true, isEveryBack: false, isRounded: false };

/** Read as a number by node-postgres, and exact in the new type. */
const NUMBERS: ReadonlySet<string> = new Set(['int2 int4', 'int2 float4', 'int2 float8', 'int4 float8']);

const WHOLE = ['int2', 'int4'];

/**
 * How a conversion goes; undefined where the application would read other values.
 * test/integration/generate/phases/types-alike.test.ts reads a column of each pair through TypeORM.
 */
export function alikeTypes(from: string, to: string, readers: Readers): AlikeTypes | undefined {
  const [live, desired] = [parsePostgresType(from), parsePostgresType(to)];
  if (live.array !== desired.array) return undefined;
  const pair = `${live.name} ${desired.name}`;
  if (pair === 'int2 int4') return EVERY;
  if (WHOLE.includes(live.name) && desired.name === 'int8')
    return (live.array ? readers.parsesInt8 : readers.readsNumbers) ? EVERY : undefined;
  if (live.array) return undefined;
  if (NUMBERS.has(pair)) return { ...EVERY, isRounded: true };
  if (pair === 'json jsonb') return JSON_PAIR;
  return pair === 'numeric numeric' ? scaled(live, desired) : undefined;
}

const JSON_PAIR: AlikeTypes = {
  isEvery: false,
  isEveryBack: true,
  isRounded: false,
  limit: 'spaces, the order of keys and repeated keys are lost',
};

/** As many digits before the point, and more behind it. */
function scaled({ modifiers: from }: PostgresType, { modifiers: to }: PostgresType): AlikeTypes | undefined {
  const [[precision, scale], [nextPrecision, nextScale]] = [numbersIn(from), numbersIn(to)];
  if (precision === undefined || nextPrecision === undefined || scale < 0) return undefined;
  if (nextScale <= scale || nextPrecision - nextScale < precision - scale) return undefined;
  const example = (digits: number) => (digits === 0 ? '1' : `1.${'0'.repeat(digits)}`);
  const limit = `a value has ${nextScale} decimals from the swap on: the driver gives ${example(nextScale)} in place of ${example(scale)}`;
  return { ...EVERY, isRounded: true, limit };
}

function numbersIn([precision, scale = 0]: PostgresType['modifiers']): readonly [number | undefined, number] {
  return [precision === undefined ? undefined : Number(precision), Number(scale)];
}
