/** All checks that a database must pass; each file of checks/ has those of one part of a database. */

import { CATALOG_CHECKS } from './checks/catalog.js';
import { EXECUTOR_CHECKS } from './checks/executor.js';
import { FAILURE_CHECKS } from './checks/failures.js';
import { FIXTURE_CHECKS } from './checks/fixtures.js';
import { LOCK_CHECKS } from './checks/lock.js';
import { NAME_CHECKS } from './checks/names.js';
import { PARAMETER_CHECKS } from './checks/parameters.js';
import { PLANNER_CHECKS } from './checks/planner.js';
import { RECORD_CHECKS } from './checks/records.js';
import { PLACE_CHECKS } from './checks/scratch.js';
import { SCRIPT_CHECKS } from './checks/script.js';
import { SESSION_CHECKS } from './checks/session.js';
import type { Check } from './subject.js';

/** Every check that a database must pass, in the order in which to read failures. */
export const CHECKS: readonly Check[] = [
  ...NAME_CHECKS,
  ...FAILURE_CHECKS,
  ...PARAMETER_CHECKS,
  ...SESSION_CHECKS,
  ...RECORD_CHECKS,
  ...LOCK_CHECKS,
  ...EXECUTOR_CHECKS,
  ...CATALOG_CHECKS,
  ...PLANNER_CHECKS,
  ...FIXTURE_CHECKS,
  ...SCRIPT_CHECKS,
  ...PLACE_CHECKS,
];
