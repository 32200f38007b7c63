import { isBlank } from '../../contract/messaging/text.ts';
import { invalid } from '../runtime/errors.ts';

/**
 * Characters that show nothing, or reverse what stands beside them; joiners shape letters and
 * emoji, and stay.
 */
const unseen =
  /[[\p{Cc}--[\t-\r]]\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]+/gv;

/**
 * A name in the form in which it is stored and compared: accents composed (NFC), runs of blanks and
 * line breaks made a single blank, invisible characters removed; empty when nothing visible is
 * left.
 */
export function normalizeName(given: string): string {
  // Invisible characters first: without them, blanks and accents may stand together that did not
  // before.
  const name = given.replace(unseen, '').normalize('NFC').replace(/\s+/g, ' ').trim();
  return isBlank(name) ? '' : name;
}

/** A name in its stored form. @throws AppError 400 when nothing of it is visible */
export function readName(given: string): string {
  const name = normalizeName(given);
  if (name === '') throw invalid('name', 'must not be blank.');
  return name;
}
