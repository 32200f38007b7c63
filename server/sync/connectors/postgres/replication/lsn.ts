/** A place in the write-ahead log, in bytes from its beginning: `16/B374D848` as PostgreSQL writes it. */
export type Lsn = bigint;

const pattern = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;
const partDigits = 8;

/** @throws RangeError for what is no place */
export function readLsn(text: string): Lsn {
  const [, high, low] = pattern.exec(text) ?? [];
  if (high === undefined || low === undefined) throw new RangeError('A place is like 16/B374D848.');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export function writeLsn(lsn: Lsn): string {
  return inParts(lsn, 1);
}

/** The same with all its zeros, so that texts are in the order of places; PostgreSQL reads it, too. */
export function sortableLsn(lsn: Lsn): string {
  return inParts(lsn, partDigits);
}

function inParts(lsn: Lsn, digits: number): string {
  const part = (value: bigint) => value.toString(16).toUpperCase().padStart(digits, '0');
  return `${part(lsn >> 32n)}/${part(lsn & 0xffff_ffffn)}`;
}
