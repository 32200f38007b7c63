import { type AppError, invalid } from '../errors.ts';

/** Far more than any endpoint takes; parsing and checking as many takes some milliseconds. */
export const valuesMax = 10_000;
export const depthMax = 100;

const memberLengthMax = 100;

/**
 * Limits the work of parsing, checking and explaining a body before any of it is done: a mebibyte
 * of JSON can be half a million values. Skips texts, counts other values, and says which member has
 * too many. Undefined when the body may be parsed.
 */
export function refuseImmense(json: Buffer): AppError | undefined {
  const { values, depth, deepest, member } = measure(json);
  if (depth !== 0) return invalid('body', 'must be well-formed.');
  if (deepest > depthMax + 1) {
    return invalid('body', `must not be nested deeper than ${depthMax}.`);
  }
  if (values <= valuesMax) return undefined;
  return invalid(
    member ?? 'body',
    `has too many elements or members: at most ${valuesMax} are allowed.`,
  );
}

const quote = 0x22;
const backslash = 0x5c;

function measure(json: Buffer) {
  let [values, depth, deepest] = [1, 0, 0];
  // The beginning and the end of the latest text, and of the latest top-level member.
  let [start, end] = [0, 0];
  let [memberStart, memberEnd] = [0, 0];
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case quote:
        start = at;
        at = endOfText(json, at);
        end = at + 1;
        break;
      case 0x5b: // [
      case 0x7b: // {
        values += 1;
        depth += 1;
        if (depth > deepest) deepest = depth;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
      case 0x2c: // ,
        values += 1;
        break;
      case 0x3a: // :
        if (depth === 1 && values <= valuesMax) [memberStart, memberEnd] = [start, end];
        break;
    }
  }
  return { values, depth, deepest, member: nameIn(json.subarray(memberStart, memberEnd)) };
}

/** The position of the quote that ends a text, or of the end of the input. */
function endOfText(json: Buffer, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
}

/** A member whose name is itself too long is not named in the refusal. */
function nameIn(text: Buffer): string | undefined {
  if (text.length === 0 || text.length > memberLengthMax) return undefined;
  try {
    return String(JSON.parse(text.toString()));
  } catch {
    return undefined;
  }
}
