import { isUtf8 } from 'node:buffer';
import { inferType } from '../../../values/infer.ts';
import { fromJson } from '../../../values/json.ts';
import type { Cell, Json, Row } from '../../../values/types.ts';
import { Batch, type Unread } from '../../batch.ts';
import type { Field } from '../../connector.ts';
import { type Format, type Manner, type Piece, readable, type Wanted } from '../format.ts';
import { readHead, readText } from '../text.ts';
import { linesOf } from './lines.ts';
import { parseLiterally } from './literal.ts';

const sampleBytes = 4 << 20;
const shownMax = 4_096;

type Members = Readonly<Record<string, Json>>;

/** A JSON object a line. */
export const ndjson: Format = {
  async describe(path, { encoding, columns }) {
    const { head, isWhole } = await readHead(path, encoding, sampleBytes);
    const end = isWhole ? head.length : head.lastIndexOf(0x0a) + 1;
    const values = new Map<string, Json[]>();
    for (const line of head.toString('utf8', 0, end).split('\n')) {
      const members = membersIn(line);
      for (const [name, value] of Object.entries(members ?? {})) {
        const own = values.get(name) ?? [];
        own.push(value);
        values.set(name, own);
      }
    }
    return [...values].map(([name, all]) => {
      const known = columns.get(name);
      const field = readable(name, known ?? inferType(all), 'json');
      return known ? field : { ...field, isLoose: true as const };
    });
  },

  async *read(path: string, manner: Manner, wanted: Wanted): AsyncGenerator<Piece> {
    const { from, batchBytes, batchRows, signal } = wanted;
    let { at, line } = from;
    let bytes = 0;
    let rows: Row[] = [];
    let unread: Unread[] = [];
    const take = (): Piece => {
      const batch = Batch.ofRows(rows, undefined, unread);
      [rows, unread, bytes] = [[], [], 0];
      return { batch, mark: { at, line } };
    };
    for await (const { bytes: record, size } of linesOf(readText(path, manner.encoding, at))) {
      signal.throwIfAborted();
      const outcome = rowOf(record, wanted.fields, line);
      if (outcome && 'reason' in outcome) unread.push(outcome);
      else if (outcome) rows.push(outcome.row);
      at += size;
      line += 1;
      bytes += record?.length ?? 0;
      if (rows.length >= batchRows || bytes >= batchBytes) yield take();
    }
    yield take();
  },
};

function membersIn(line: string): Members | undefined {
  const value = parseLiterally(line);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Members) : undefined;
}

function rowOf(
  bytes: Buffer | undefined,
  fields: readonly Field[],
  line: number,
): { row: Row } | Unread | undefined {
  if (bytes === undefined) return refuse(line, '', 'is too long');
  const text = bytes.toString();
  if (text.trim() === '') return undefined;
  if (!isUtf8(bytes)) return refuse(line, text, 'has bytes that are no text in the encoding');
  const members = membersIn(text);
  if (!members) return refuse(line, text, 'is no JSON object');
  const row: Cell[] = [];
  for (const { name, type } of fields) {
    const value = Object.hasOwn(members, name) ? (members[name] as Json) : null;
    const read = fromJson(type, value);
    if ('problem' in read) {
      return {
        field: name,
        reason: `Line ${line}: ${name} ${read.problem}.`,
        row: [],
        source: members,
      };
    }
    row.push(read.text);
  }
  return { row };
}

function refuse(line: number, text: string, problem: string): Unread {
  return {
    reason: `Line ${line} ${problem}.`,
    row: [],
    source: { line, text: text.slice(0, shownMax) },
  };
}
