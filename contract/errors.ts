import type { ErrorDefinition } from './product.ts';
import * as products from './products.ts';

type Products = typeof products;

export type ErrorCode = {
  [Name in keyof Products]: keyof Products[Name]['errors'];
}[keyof Products];

/**
 * Every error that a caller can meet, in all APIs. `slug` is the word on the wire where it differs
 * from the code; each API has its own form around it (see its `error` schema).
 */
export const errors: Readonly<Record<ErrorCode, ErrorDefinition>> = Object.assign(
  {},
  ...Object.values(products).map((one) => one.errors),
);

/** The word for an error on the wire. */
export function slugOf(code: ErrorCode): string {
  return errors[code].slug ?? code;
}
