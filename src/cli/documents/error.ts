import * as v from 'valibot';
import { exactly } from '../../exactly.js';
import type { UnconfirmedChange } from '../../errors/generate.js';
import { questionKind } from '../../generate/confirm/answers-schema.js';
import {
  awaitingContract,
  count,
  doneStep,
  id,
  replica,
  runDirection,
  standbyProgress,
  unlinted,
} from './parts.js';

const unconfirmedChange = exactly<UnconfirmedChange>()(
  v.object({
    kind: questionKind,
    table: v.string(),
    column: v.pipe(v.nullable(v.string()), v.description('null for a whole table, or a type.')),
    problem: v.string(),
    remedies: v.pipe(v.array(v.string()), v.description('Options that confirm or avoid the change.')),
    rows: v.exactOptional(v.pipe(count, v.description('With --count-rows: how many rows it affects.'))),
  }),
);

/** A failure, of any command. */
export const error = v.pipe(
  v.object({
    status: v.literal('failed'),
    error: v.object({
      code: v.pipe(v.string(), v.description('Stable: a code never changes. docs/api.md lists them.')),
      message: v.pipe(v.string(), v.description('For people; the words may change in any release.')),
      differences: v.exactOptional(
        v.pipe(
          v.array(v.string()),
          v.description('STAMP_REFUSED, SNAPSHOT_STALE, ACCEPTED_DRIFT_STALE, REBASE_REFUSED.'),
        ),
      ),
      stale: v.exactOptional(
        v.pipe(v.array(v.string()), v.description('ACCEPTED_DRIFT_STALE: the entries and why.')),
      ),
      changes: v.exactOptional(v.pipe(v.array(unconfirmedChange), v.description('CHANGES_UNCONFIRMED.'))),
      broken: v.exactOptional(
        v.pipe(
          v.array(v.object({ law: v.string(), details: v.array(v.string()) })),
          v.description('VERIFICATION_FAILED.'),
        ),
      ),
      standbys: v.exactOptional(
        v.pipe(v.array(standbyProgress), v.description('STANDBYS_BEHIND: those that have not replayed it.')),
      ),
      older: v.exactOptional(
        v.pipe(
          v.array(replica),
          v.description('CONTRACT_REFUSED: the processes of older releases that it waits for.'),
        ),
      ),
      unlinted: v.exactOptional(v.pipe(v.array(unlinted), v.description('NOTHING_LINTED.'))),
    }),
    direction: v.exactOptional(
      v.pipe(runDirection, v.description('Of a run that failed in the middle: up, down or stamp.')),
    ),
    done: v.exactOptional(
      v.pipe(v.array(doneStep), v.description('Of up, down and stamp: the steps before the failure.')),
    ),
    awaitingContract,
    current: v.exactOptional(
      v.pipe(v.nullable(id), v.description('The newest applied revision after the failure; null at base.')),
    ),
  }),
  v.description('A failure, of any command.'),
);
