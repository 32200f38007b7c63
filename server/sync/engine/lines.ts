import type { Batch } from '../connectors/batch.ts';
import type { Field } from '../connectors/connector.ts';
import { decodeLine } from '../connectors/copy-cells.ts';
import { encodeCell } from '../connectors/copy-text.ts';
import type { Column, Form } from '../transforms/sandbox/inside/messages.ts';
import { LineRecords, type Records } from '../transforms/sandbox/records.ts';
import { toJsonText } from '../values/json.ts';
import type { FieldType } from '../values/types.ts';

const feed = 10;
/** So much that what is made of it on the way is soon garbage. */
const partBytes = 1536 * 1024;

/** Some records of a batch as lines of COPY, without their line feeds, and where in it they begin. */
export type Part = { from: number; lines: readonly string[]; bytes: Buffer };

export function* partsOf({ lines, count }: Batch): Generator<Part> {
  if (count === 0) return;
  const all = lines.at(-1) === feed ? lines.subarray(0, -1) : lines;
  for (let start = 0, from = 0; start <= all.length; ) {
    const found = all.indexOf(feed, start + partBytes);
    const end = found < 0 ? all.length : found;
    const bytes = all.subarray(start, end);
    const part = { from, lines: bytes.toString().split('\n'), bytes };
    yield part;
    from += part.lines.length;
    start = end + 1;
  }
}

/** Tells the sandbox of the records of parts that have these fields. */
export class Telling {
  readonly #columns: readonly Column[];
  /** Of what only JSON can tell. */
  readonly #rewritten: readonly { at: number; type: FieldType }[];

  constructor(fields: readonly Field[]) {
    this.#columns = fields.map(({ name, type }) => ({ name, form: formOf(type) }));
    this.#rewritten = fields.flatMap(({ type }, at) =>
      type.kind === 'bytea' || type.kind === 'array' ? [{ at, type }] : [],
    );
  }

  recordsOf({ lines, bytes }: Part): Records {
    if (this.#rewritten.length === 0) return new LineRecords(this.#columns, lines, bytes);
    return new LineRecords(
      this.#columns,
      lines.map((line) => this.#rewrite(line)),
    );
  }

  #rewrite(line: string): string {
    const cells = [...decodeLine(line)];
    for (const { at, type } of this.#rewritten) cells[at] = toJsonText(type, cells[at] ?? null);
    return cells.map(encodeCell).join('\t');
  }
}

function formOf({ kind }: FieldType): Form {
  switch (kind) {
    case 'int2':
    case 'int4':
    case 'float4':
    case 'float8':
      return 'number';
    case 'timestamp':
    case 'timestamptz':
      return 'instant';
    case 'json':
    case 'jsonb':
    case 'bytea':
    case 'array':
      return 'json';
    case 'boolean':
      return kind;
    default:
      return 'text';
  }
}
