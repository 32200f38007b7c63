import type { Json } from './types.ts';

export type JsonObject = { readonly [name: string]: Json };

/** Undefined for what is no object. */
export function objectIn(json: Json | undefined): JsonObject | undefined {
  const isObject = json !== null && typeof json === 'object' && !Array.isArray(json);
  return isObject && !JSON.isRawJSON(json) ? (json as JsonObject) : undefined;
}

/** Empty for what is no text. */
export function textIn(json: Json | undefined): string {
  return typeof json === 'string' ? json : '';
}
