/** A condition on records, as a tree. */
export type Filter = { readonly kind: string };
