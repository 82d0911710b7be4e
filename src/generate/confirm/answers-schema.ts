import * as v from 'valibot';
import { exactly } from '../../exactly.js';
import type { UnconfirmedChange } from '../../errors/generate.js';

const text = v.pipe(v.string(), v.nonEmpty());

/** One of the kinds of a question, in the file and in the document of an error. */
export const questionKind = exactly<UnconfirmedChange['kind']>()(
  v.picklist([
    'drop-table',
    'drop-column',
    'required-column',
    'required-back',
    'time-zone',
    'conversion',
    'conversion-back',
    'rewrite',
  ]),
);

/** An answer: exactly one option of the command line, without the place, which the question names. */
const answer = v.pipe(
  v.strictObject({
    rename: v.exactOptional(v.pipe(text, v.description('table.old:new, as --rename takes it.'))),
    'rename-table': v.exactOptional(v.pipe(text, v.description('old:new, as --rename-table takes it.'))),
    drop: v.exactOptional(v.literal(true)),
    backfill: v.exactOptional(v.pipe(text, v.description('SQL for the value in existing rows.'))),
    'time-zone': v.exactOptional(v.pipe(text, v.description('Of existing values, UTC for example.'))),
    using: v.exactOptional(v.pipe(text, v.description('SQL that converts existing values.'))),
    'using-down': v.exactOptional(v.pipe(text, v.description('SQL that converts them back.'))),
    'allow-rewrite': v.exactOptional(v.literal(true)),
  }),
  v.entries(1),
);

const question = v.strictObject({
  kind: questionKind,
  table: text,
  column: v.pipe(v.nullable(text), v.description('null for a whole table, or a type.')),
  problem: v.string(),
  rows: v.exactOptional(v.pipe(v.number(), v.integer(), v.description('With --count-rows.'))),
  choices: v.pipe(v.array(answer), v.description('The possible answers.')),
  instead: v.exactOptional(
    v.pipe(v.array(v.string()), v.description('What to declare in the entity, so that no answer is needed.')),
  ),
  answer: v.pipe(v.nullable(answer), v.description('One of the choices; null while the question is open.')),
});

/** The version of the file that this package reads and writes. */
export const ANSWERS_VERSION = 1;

/** The file of `generate --answers`. */
export const answersSchema = v.pipe(
  v.strictObject({
    $schema: v.exactOptional(v.string()),
    version: v.literal(ANSWERS_VERSION),
    questions: v.array(question),
  }),
  v.description('The file of generate --answers: its questions, and the answers of a person.'),
);

/** The content of the file. */
export type Answers = v.InferOutput<typeof answersSchema>;
export type Question = Answers['questions'][number];
export type Answer = v.InferOutput<typeof answer>;
