/** The transaction of a revision was ended past everything that looks at its statements. */
export class TransactionEnded extends Error {
  constructor(options?: ErrorOptions) {
    super(
      'its transaction ended before the revision was recorded, on the connection below the query runner; send every statement through the query runner, and leave COMMIT and ROLLBACK to the migrator',
      options,
    );
  }
}
