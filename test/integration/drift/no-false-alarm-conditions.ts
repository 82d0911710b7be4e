import fc from 'fast-check';

/** A column, and what conditions can be made of it. */
export interface Typed {
  readonly column: string;
  readonly means: Meaning;
  readonly nullable: boolean;
}

/** What a value of a column is to a condition; nothing is known of an opaque one. */
export type Meaning = 'number' | 'text' | 'truth' | 'opaque';

/** A text that can stand between quotes: some that look like SQL, and any. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    'NULL',
    'now()',
    'CURRENT_DATE',
    '--',
    '/*',
    '(',
    "it's",
    'a "b"',
    '[c]',
    '日本',
    '$1',
    '\\',
  ),
  fc.string({ maxLength: 8 }),
);

/** Conditions over the columns of a table, in every spelling that both databases know, true or not. */
export function conditions(columns: readonly Typed[]): fc.Arbitrary<string> {
  const leaf = fc.constantFrom(...columns).chain(conditionOn);
  const { condition } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc
        .tuple(tie('condition'), fc.constantFrom('AND', 'or', 'OR', 'And'), tie('condition'))
        .map((words) => words.join(' ')),
      tie('condition').map((inner) => `(${inner})`),
      tie('condition').map((inner) => `NOT (${inner})`),
    ),
  }));
  return condition;
}

function conditionOn({ column, means }: Typed): fc.Arbitrary<string> {
  const name = `"${column}"`;
  const isNull = fc.constantFrom(`${name} IS NULL`, `${name} IS NOT NULL`, `(${name}) is not null`);
  switch (means) {
    case 'number':
      return fc.oneof(isNull, comparison(name, number), between(name), list(name, number));
    case 'text':
      return fc.oneof(isNull, comparison(name, quoted), list(name, quoted), like(name));
    case 'truth':
      return fc.oneof(isNull, fc.constantFrom(name, `NOT ${name}`, `${name} = true`));
    case 'opaque':
      return isNull;
  }
}

const number = fc.oneof(
  fc.integer({ min: -100, max: 100 }).map(String),
  fc
    .tuple(fc.integer({ min: -9, max: 9 }), fc.constantFrom('+', '-', '*'), fc.nat({ max: 9 }))
    .map((parts) => `(${parts.join(' ')})`),
);

/** A text as SQL writes it. */
export const quoted: fc.Arbitrary<string> = texts.map((text) => `'${text.replaceAll("'", "''")}'`);

function comparison(name: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const operator = fc.constantFrom('=', '<>', '!=', '<', '<=', '>', '>=');
  return fc
    .tuple(operator, value, fc.boolean())
    .map(([sign, right, spaced]) => (spaced ? `(${name}) ${sign} ( ${right} )` : `${name} ${sign} ${right}`));
}

function between(name: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('BETWEEN', 'NOT BETWEEN', 'between'), number, number)
    .map(([word, low, high]) => `${name} ${word} ${low} AND ${high}`);
}

function list(name: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('IN', 'NOT IN', 'in'), fc.array(value, { minLength: 1, maxLength: 4 }))
    .map(([word, values]) => `${name} ${word} (${values.join(', ')})`);
}

function like(name: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('LIKE', 'NOT LIKE'), fc.constantFrom('a%', '_b', '', "it''s%"))
    .map(([word, pattern]) => `coalesce(lower(${name}), '') ${word} '${pattern}'`);
}
