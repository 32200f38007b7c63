import type { Json } from './types.ts';

/** Deeper than anybody nests; what walks through JSON has room on the stack for it. */
export const depthMax = 1_000;

export function isDeep(json: Json, levels: number): boolean {
  if (json === null || typeof json !== 'object') return false;
  return levels === 0 || Object.values(json).some((member) => isDeep(member, levels - 1));
}
