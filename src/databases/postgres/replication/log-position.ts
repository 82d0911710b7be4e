/** Positions of the log: `A/B` is a number of 64 bits, in hex. */

/** Bytes from one position to a later one; 0 where it is not later. */
export function bytesBetween(reached: string, position: string): number {
  return Math.max(0, Number(numberOf(position) - numberOf(reached)));
}

/** Sizes of the parts of the log, bytes. */
interface LogSizes {
  readonly block: number;
  readonly segment: number;
}

/** Headers of a page, and of the first page of a segment, bytes: XLogPageHeaderData, XLogLongPageHeaderData. */
const HEADER = 24n;
const LONG_HEADER = 40n;

/**
 * The end of the last record before the position where the next one begins. A header that is not written yet may be
 * between the two, and a standby of an idle primary never gets behind it.
 */
export function endOfRecords(next: string, { block, segment }: LogSizes): string {
  const position = numberOf(next);
  const header = position % BigInt(segment) < BigInt(block) ? LONG_HEADER : HEADER;
  return position % BigInt(block) === header ? textOf(position - header) : next;
}

function numberOf(position: string): bigint {
  const [high = '0', low = '0'] = position.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

function textOf(position: bigint): string {
  const hex = (part: bigint) => part.toString(16).toUpperCase();
  return `${hex(position >> 32n)}/${hex(position & 0xffffffffn)}`;
}
