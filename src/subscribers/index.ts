import { StateTransitionSubscriber } from './state-transitions.js';

export { StateTransitionError } from './state-transition-error.js';
export { StateTransitionSubscriber };

/** Every subscriber of the application, in the order in which they are told. */
export const subscribers = [StateTransitionSubscriber] as const;
