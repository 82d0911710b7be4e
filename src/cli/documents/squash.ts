import * as v from 'valibot';
import { id, ids, warnings } from './parts.js';

/** Of `squash` and `baseline`. */
export const squashed = v.pipe(
  v.object({
    status: v.literal('written'),
    file: v.string(),
    id,
    replaces: v.pipe(ids, v.description('The revisions in whose place it stands, oldest first.')),
    removed: v.pipe(v.array(v.string()), v.description('Files that are gone.')),
    listed: v.pipe(v.boolean(), v.description('Whether index.ts lists it.')),
    warnings,
  }),
  v.description('squash, baseline: the revision that was written.'),
);
