/** What is left where a revision that was run in a transaction is not recorded. */
export const ROLLED_BACK = 'The transaction of the revision was rolled back.';

/** The same for one that was run outside a transaction. */
export const NOT_RECORDED = 'The revision ran outside a transaction and is not recorded.';
