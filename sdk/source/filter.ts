import type { Condition } from './protocol.ts';

/**
 * From where on a field is asked for: the value of its condition `>=` or `>`, for systems that can be
 * asked for what has changed since then.
 */
export function atLeast(filter: readonly Condition[], field: string): unknown {
  return filter.find((one) => one.field === field && /^>=?$/.test(one.operator))?.value;
}

/** Which values of a field are asked for, by `=` or IN; undefined: any. */
export function among(filter: readonly Condition[], field: string): unknown[] | undefined {
  const one = filter.find((each) => each.field === field && /^(=|IN)$/.test(each.operator));
  if (one === undefined) return undefined;
  return Array.isArray(one.value) ? one.value : [one.value];
}
