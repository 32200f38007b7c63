import { toJson } from '../../values/json.ts';
import type { Row } from '../../values/types.ts';
import { Batch, type Unread } from '../batch.ts';
import type { Field, Reading, ReadRequest } from '../connector.ts';
import { Cursor } from '../http/cursor.ts';
import { cellOf, partOf } from '../http/part.ts';
import { pick } from '../picking.ts';
import { type Position as AnyPosition, readPosition, writePosition } from '../sql/position.ts';
import { Remembered, type Since } from '../sql/remembered.ts';
import type { WorkdayClient } from './client.ts';
import type { ReportConfig } from './config.ts';
import { entriesOf } from './entries.ts';
import type { Instance } from './instances.ts';
import { entryRowOf } from './reports.ts';

/** `last`: everything that was changed up to then was read. */
type Position = AnyPosition<Since> & { readonly last?: string };
type From = {
  readonly client: WorkdayClient;
  readonly report: ReportConfig;
  readonly fields: readonly Field[];
};

/** Entries may come to be seen later than those that were written after them. */
const overlapDefault = 300;
const forgetAfter = 5_000;

/** A report comes as a whole, in an order of its own: only its end says where the next one begins. */
export function readReport(from: From, request: ReadRequest): Reading {
  const { client, report, fields: described } = from;
  const fields = pick(described, request.fields ?? described.map(({ name }) => name));
  const { cursorField, key } = request;
  const ordering = [...key, ...(cursorField === undefined ? [] : [cursorField])];
  const needed = [...new Set([...fields, ...pick(described, ordering)])];
  const places = fields.map((field) => needed.indexOf(field));
  const news = newsOf({ ...from, fields: needed }, request);

  async function* batches(): AsyncGenerator<Batch> {
    const { part, position, signal, batchRows, batchBytes } = request;
    if (!part && !news && readPosition(position).isEnd) return yield Batch.ofRows([], position);
    const isAsked = part ? partOf({ ...request, part }, needed) : (news?.isNew ?? (() => true));
    let rows: Row[] = [];
    let unread: Unread[] = [];
    let bytes = 0;
    for await (const entry of entriesIn(client, report, news?.prompts ?? {}, signal)) {
      const { row, problem } = entryRowOf(entry, needed);
      if (!isAsked(row)) continue;
      const picked = places.map((place) => row[place] ?? null);
      if (problem) unread.push({ row: picked, ...problem });
      else rows.push(picked);
      for (const cell of picked) bytes += (cell?.length ?? 0) + 1;
      if (rows.length + unread.length < batchRows && bytes < batchBytes) continue;
      yield Batch.ofRows(rows, undefined, unread);
      [rows, unread, bytes] = [[], [], 0];
    }
    const end = part ? position : writePosition(news?.end() ?? { isEnd: true });
    yield Batch.ofRows(rows, end, unread);
  }

  return { fields, batches: batches(), ...(request.filter ? { remaining: request.filter } : {}) };
}

/** The entries of one execution of a report. @throws ConnectorError */
export async function* entriesIn(
  client: WorkdayClient,
  report: ReportConfig,
  prompts: Readonly<Record<string, string>>,
  signal: AbortSignal,
): AsyncGenerator<Instance> {
  const { origin, pathname } = client.reportUrl(report);
  yield* entriesOf(client.report(report, prompts, signal), `${origin}${pathname}`);
}

type News = {
  /** Asks for what is new, where the report can be asked. */
  readonly prompts: Readonly<Record<string, string>>;
  isNew(row: Row): boolean;
  end(): Position;
};

/** Undefined: everything is read each time. */
function newsOf({ report, fields }: From, request: ReadRequest): News | undefined {
  const { cursorField, part, overlapSeconds = overlapDefault } = request;
  if (cursorField === undefined || part) return undefined;
  const [field] = pick(fields, [cursorField]) as [Field];
  const cursor = new Cursor(field, fields.indexOf(field), 0);
  const identity = pick(
    fields,
    request.key.length > 0 ? request.key : fields.map(({ name }) => name),
  );
  const places = [field, ...identity].map((one) => fields.indexOf(one));
  const position: Position = readPosition<Since>(request.position);
  const { since } = position;
  let last = position.last;
  const remembered = new Remembered(field.type, overlapSeconds, { last, since });
  const from =
    position.value !== undefined
      ? { sign: '>=' as const, value: cellOf(field, position.value) }
      : last === undefined
        ? undefined
        : remembered.from(last);
  const prompt = report.cursor?.field === field.name ? report.cursor.prompt : undefined;
  let added = 0;
  return {
    prompts:
      prompt !== undefined && from ? { [prompt]: String(toJson(field.type, from.value)) } : {},
    isNew: (row) => {
      const isBefore =
        from &&
        (cursor.isBefore(row, from.value) ||
          (from.sign === '>' && row[cursor.place] === from.value));
      const own = places.map((place) => row[place] ?? null);
      if (isBefore || remembered.recognize(own)) return false;
      last = cursor.later(row, last);
      remembered.add(row[cursor.place] ?? null, own);
      added += 1;
      // What is far from the last change is not asked for again.
      if (added % forgetAfter === 0) remembered.at(last);
      return true;
    },
    end: () => (last === undefined ? {} : { last, since: remembered.at(last) }),
  };
}
