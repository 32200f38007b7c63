/**
 * The name of a channel or chat as it is kept and looked up: accents composed (NFC), a single blank
 * where there are several or a line ends; empty when nothing of it can be seen.
 */
export function readName(given: string): string {
  const name = given.normalize('NFC').replace(/\s+/g, ' ').trim();
  return /[^\p{Cc}\p{Cf}\p{M}\p{Z}]/u.test(name) ? name : '';
}
