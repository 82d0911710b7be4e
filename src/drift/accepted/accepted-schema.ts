import * as v from 'valibot';
import { DATABASES, type DialectName } from '../../databases/registry.js';
import { exactly } from '../../exactly.js';
import type { AcceptedDifference } from './accepted-difference.js';
import { ACCEPTED_VERSION } from './accepted-version.js';

const text = v.string();
const words = v.pipe(text, v.regex(/\S/, 'must not be empty'));

const difference = exactly<AcceptedDifference>()(
  v.strictObject({
    dialect: v.picklist(DATABASES.map(({ name }): DialectName => name)),
    kind: v.pipe(words, v.description('As in check --json: alter-column, add-index and so on.')),
    table: v.pipe(text, v.description('Empty for an enumerated type.')),
    object: text,
    aspect: v.exactOptional(v.pipe(words, v.description('What differs, where both sides have the object.'))),
    desired: v.pipe(v.unknown(), v.description('What the entities declare; null for none.')),
    live: v.pipe(v.unknown(), v.description('What the database has; null for none.')),
    reason: v.pipe(words, v.description('Why the difference may stay.')),
  }),
);

/** The file as JSON. A field that is not here is refused. */
export const acceptedSchema = v.pipe(
  v.strictObject({
    version: v.pipe(v.literal(ACCEPTED_VERSION), v.description('Version of the format.')),
    accepted: v.array(difference),
  }),
  v.title('accepted-drift.json'),
  v.description('Accepted differences between the entities and a database. `check --accept` writes it.'),
);
