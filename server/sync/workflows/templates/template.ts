/** A name that a template asks for: `Lead.Company`. */
export type Name = {
  /** Between the dots; none for `{{.}}`, what a section is at. */
  readonly parts: readonly string[];
  /** Where its tag begins; the first character is 1. */
  readonly character: number;
};

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly name: Name }
  | {
      /** `some`: with each element, or with what is there; `none`: when there is nothing. */
      readonly kind: 'some' | 'none';
      readonly name: Name;
      readonly pieces: readonly Piece[];
    };

export type Template = {
  /** The member of a request that it stands in. */
  readonly member: string;
  readonly pieces: readonly Piece[];
};

export const lengthMax = 100_000;
export const tagLengthMax = 500;
export const tagsMax = 500;
export const depthMax = 20;
export const partsMax = 20;
