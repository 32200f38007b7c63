import { createHash, createHmac } from 'node:crypto';
import type { Field } from '../../connectors/connector.ts';
import type { Cell, Row } from '../../values/types.ts';

const [hashBytes, ofBytes] = [16, 4];

/** What a trigger compares of a record; nothing where it is enough that it is there. */
export type Compared = { readonly kind: 'all' } | { readonly kind: 'field'; readonly name: string };

/** Hashes under a key of the organization: what a record holds cannot be guessed from them. */
export class Hashes {
  readonly #key: Buffer;
  readonly #fields: readonly Field[];
  readonly #compared: Compared | undefined;
  readonly #of: Buffer;

  constructor(key: Buffer, fields: readonly Field[], compared: Compared | undefined) {
    this.#key = key;
    this.#fields = fields;
    this.#compared = compared;
    const names = compared?.kind === 'all' ? fields.map(({ name }) => name).sort() : [];
    const of = JSON.stringify([compared, names]);
    this.#of = createHash('sha256').update(of).digest().subarray(0, ofBytes);
  }

  key(key: Row): Buffer {
    return this.#hash(['key', ...key]);
  }

  /** Begins with what it is of: other fields have nothing to be compared by. */
  fields(row: Row): Buffer | null {
    const { name } = this.#compared?.kind === 'field' ? this.#compared : { name: undefined };
    if (!this.#compared) return null;
    const cells = this.#fields.flatMap((field, at): Cell[] =>
      name === undefined || name === field.name ? [field.name, row[at] ?? null] : [],
    );
    return Buffer.concat([this.#of, this.#hash(cells)]);
  }

  #hash(cells: readonly Cell[]): Buffer {
    const said = JSON.stringify(cells);
    return createHmac('sha256', this.#key).update(said).digest().subarray(0, hashBytes);
  }
}

/** Whether two hashes are of the same fields. */
export function areAlike(one: Buffer, other: Buffer): boolean {
  return one.subarray(0, ofBytes).equals(other.subarray(0, ofBytes));
}
