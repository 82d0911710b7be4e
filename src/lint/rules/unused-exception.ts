import { BOTH, type Rule } from '../rule.js';

/** An exception that excepts nothing: what it was for is gone, or it is not written rightly. */
export const unusedException: Rule = { id: 'unused-exception', directions: BOTH, scope: 'exceptions' };
