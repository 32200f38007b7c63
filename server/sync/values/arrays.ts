import { parse } from 'postgres-array';
import type { Cell } from './types.ts';

export type Nested = Cell | Nested[];

/** The elements of an array, as texts; arrays of arrays are nested. */
export function parseArray(text: string): Nested[] {
  return parse(text, (element) => element) as Nested[];
}

/** As PostgreSQL writes an array. */
export function arrayText(elements: readonly Nested[]): string {
  return `{${elements.map(elementText).join(',')}}`;
}

/** The lengths of a box of elements in every direction, or nothing when it is no box. */
export function lengthsOf(elements: readonly Nested[]): number[] | undefined {
  const inner = elements.map((element) => (Array.isArray(element) ? lengthsOf(element) : []));
  const [first] = inner;
  if (first === undefined) return elements.length === 0 ? [0] : undefined;
  const isEven = inner.every((lengths) => lengths !== undefined && `${lengths}` === `${first}`);
  return isEven ? [elements.length, ...first] : undefined;
}

function elementText(element: Nested): string {
  if (Array.isArray(element)) return arrayText(element);
  if (element === null) return 'NULL';
  const isPlain = element !== '' && !/[{}",\\\s]/.test(element) && !/^null$/i.test(element);
  return isPlain ? element : `"${element.replace(/["\\]/g, '\\$&')}"`;
}
