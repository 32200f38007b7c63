import type { Field } from '../connector.ts';
import { csv } from './csv/format.ts';
import type { Format, Manner, Piece, Wanted } from './format.ts';
import type { Kind } from './names.ts';
import { ndjson } from './ndjson/format.ts';
import { parquet } from './parquet/format.ts';
import type { Place, Stored } from './place.ts';

/** How many files are looked at for their fields. */
const lookedAtMax = 50;

const formats: Readonly<Record<Kind, Format>> = { csv, ndjson, parquet };

/** The files of an object. */
export class Opened {
  readonly kind: Kind;
  readonly files: readonly Stored[];
  readonly #place: Place;
  readonly #manner: Manner;
  #fields: Promise<Field[]> | undefined;

  constructor(place: Place, manner: Manner, { kind, files }: { kind: Kind; files: Stored[] }) {
    this.kind = kind;
    this.files = files;
    this.#place = place;
    this.#manner = manner;
  }

  /** Those of the first file, and after them what others have besides. */
  fields(): Promise<Field[]> {
    this.#fields ??= this.#describe();
    return this.#fields;
  }

  async *read(file: Stored, wanted: Wanted): AsyncGenerator<Piece> {
    const path = await this.#place.fetch(file);
    yield* formats[this.kind].read(path, this.#manner, wanted);
  }

  async #describe(): Promise<Field[]> {
    const fields: Field[] = [];
    for (const file of this.files.slice(0, lookedAtMax)) {
      const path = await this.#place.fetch(file);
      for (const field of await formats[this.kind].describe(path, this.#manner)) {
        if (!fields.some(({ name }) => name === field.name)) fields.push(field);
      }
    }
    return fields;
  }
}
