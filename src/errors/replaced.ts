import { OrchestratorDbError } from './base.js';

/** The database records some of the revisions that another one replaces, and the code no longer has the others. */
export class RevisionPartlyReplacedError extends OrchestratorDbError {
  readonly code = 'REVISION_PARTLY_REPLACED';
  readonly recorded: readonly string[];
  readonly absent: readonly string[];

  constructor(
    readonly revision: string,
    { recorded, absent }: { readonly recorded: readonly string[]; readonly absent: readonly string[] },
  ) {
    super(
      `${revision}: replaces revisions of which this database has ${recorded.join(', ')}, but not ${absent.join(', ')}. Nothing was run. ` +
        `First deploy the version of the code that still contains the missing ones, and run: npm run -s db:up. Then deploy this version.`,
    );
    this.recorded = recorded;
    this.absent = absent;
  }
}
