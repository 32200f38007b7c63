import { isBlank } from '../../contract/messaging/text.ts';
import { invalid } from '../runtime/errors.ts';

/** Shows nothing, or turns round what stands beside it; joiners shape letters and emoji, and stay. */
const unseen =
  /[[\p{Cc}--[\t-\r]]\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]+/gv;

/**
 * A name as it is kept and looked up: accents composed (NFC), a single blank where there are several
 * or a line ends, nothing that is there unseen; empty when nothing of it can be seen.
 */
export function tidyName(given: string): string {
  // First what is unseen: without it blanks and accents stand together that did not.
  const name = given.replace(unseen, '').normalize('NFC').replace(/\s+/g, ' ').trim();
  return isBlank(name) ? '' : name;
}

/** A name of somebody or something, as it is kept. @throws AppError 400 when nothing of it can be seen */
export function readName(given: string): string {
  const name = tidyName(given);
  if (name === '') throw invalid('name', 'must not be blank.');
  return name;
}
