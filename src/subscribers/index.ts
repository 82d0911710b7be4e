/** The TypeORM subscribers of the orchestrator: they write each state transition with the status. */

import { StateTransitionSubscriber } from './state-transitions.js';

export { StateTransitionError } from './state-transition-error.js';
export { StateTransitionSubscriber };

/** Every subscriber of the application, in the order of the calls. */
export const subscribers = [StateTransitionSubscriber] as const;
