import { isExactNumber } from '../../values/exact-json.ts';
import type { Json } from '../../values/types.ts';

/**
 * What stands under a name in plain data: own members only, so that no prototype is reached, and the
 * elements of arrays by their place. A member whose name has dots is found, too: the longest name wins.
 */
export function lookUp(within: Json, parts: readonly string[]): Json | undefined {
  let found: Json | undefined = within;
  for (let at = 0; at < parts.length && found !== undefined; ) {
    const step = stepFrom(found, parts, at);
    if (step === undefined) return undefined;
    found = step.value;
    at = step.next;
  }
  return found;
}

/** Whether a name begins in this data: then it is looked up there, and nowhere else. */
export function begins(within: Json, parts: readonly string[]): boolean {
  return stepFrom(within, parts, 0) !== undefined;
}

function stepFrom(
  within: Json,
  parts: readonly string[],
  at: number,
): { value: Json; next: number } | undefined {
  for (let next = parts.length; next > at; next -= 1) {
    const value = memberOf(within, parts.slice(at, next).join('.'));
    if (value !== undefined) return { value, next };
  }
  return undefined;
}

function memberOf(within: Json, name: string): Json | undefined {
  if (within === null || typeof within !== 'object' || isExactNumber(within)) return undefined;
  if (Array.isArray(within) && !/^(0|[1-9]\d{0,8})$/.test(name)) return undefined;
  // A getter is code: what it would give is not data.
  const value: unknown = Object.getOwnPropertyDescriptor(within, name)?.value;
  return typeof value === 'function' ? undefined : (value as Json | undefined);
}
