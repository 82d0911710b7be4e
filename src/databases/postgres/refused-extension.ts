import type { RefusedExtension } from '../../errors/extension.js';
import { withoutLeadingComments } from '../../sql/text.js';
import { codeOf } from '../driver-error.js';

/** insufficient_privilege, feature_not_supported, and before version 15 undefined_file. */
const REASONS: Readonly<Record<string, RefusedExtension['reason']>> = {
  '42501': 'privilege',
  '0A000': 'files',
  '58P01': 'files',
};

const CREATES = /^CREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:"((?:[^"]|"")+)"|(\w+))/i;

/** The extension that the statement creates, where the server refuses it for one of these reasons. */
export function refusedExtension(error: unknown, sql: string): RefusedExtension | undefined {
  const reason = REASONS[codeOf(error)];
  if (reason === undefined) return undefined;
  const [, quoted, plain] = CREATES.exec(withoutLeadingComments(sql, 'postgres')) ?? [];
  const extension = quoted?.replaceAll('""', '"') ?? plain?.toLowerCase();
  return extension === undefined ? undefined : { extension, reason };
}
