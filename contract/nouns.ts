import * as products from './products.ts';

type Products = typeof products;

/** What a short id can name. */
export type Noun = { [Name in keyof Products]: Products[Name]['nouns'][number] }[keyof Products];

export const nouns: readonly Noun[] = Object.values(products).flatMap((one) => one.nouns);
