import { BOTH, type Rule } from '../rule.js';

/** An exception that allows nothing: its statement is gone, or its syntax is wrong. */
export const unusedException: Rule = { id: 'unused-exception', directions: BOTH, scope: 'exceptions' };
