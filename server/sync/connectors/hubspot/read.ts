import { compare } from '../../values/compare.ts';
import { fromJson } from '../../values/json.ts';
import type { Row } from '../../values/types.ts';
import { readAhead } from '../ahead.ts';
import type { Batch, Unread } from '../batch.ts';
import type { Field, Reading, ReadRequest } from '../connector.ts';
import { batchesOf } from '../cutting.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import type { Api } from './api.ts';
import { Changes } from './changes.ts';
import { after, groupsOf, withAll } from './filters.ts';
import type { RecordType } from './objects.ts';
import { isoOf, millisecondsOf, type Position, readPosition } from './position.ts';
import { type Groups, type Page, Records, rowOf } from './records.ts';
import { idField, type PropertyField } from './types.ts';

/** A vendor's records may come to be found later than those that were changed after them. */
const overlapSecondsDefault = 300;

/** Reads everything as it is listed, and what is new as it is found. @throws ConnectorError */
export function read(
  api: Api,
  type: RecordType,
  own: readonly PropertyField[],
  request: ReadRequest,
): Reading {
  const { cursorField, part, filter } = request;
  if (cursorField !== undefined && cursorField !== type.modifiedBy) {
    const message = `What is new of ${type.name} is found by "${type.modifiedBy}" only.`;
    throw new ConnectorError('request', message, { field: 'cursor_field' });
  }
  const fields = pick(own, request.fields ?? own.map(({ name }) => name));
  const records = new Records(api, type, [...fields.map(({ name }) => name), type.modifiedBy]);
  const groups = groupsOf(filter, own);
  const pages = part
    ? partOf(records, own, { ...request, part })
    : cursorField === undefined
      ? all(records, groups, readPosition(request.position))
      : sinceThen(records, groups, request);
  const batches = shown(pages, fields, request);
  return { fields, batches, ...(filter ? { remaining: filter } : {}) };
}

/** All records, in the order of their ids. */
async function* all(
  records: Records,
  groups: Groups | undefined,
  position: Position,
): AsyncGenerator<Page> {
  if (position.isEnd) return yield { records: [], position };
  for await (const page of everything(records, groups, position)) {
    const isLast = page.position.after === undefined && page.position.id === undefined;
    yield isLast ? { ...page, position: { isEnd: true } } : page;
  }
}

/** The last page has neither `after` nor `id`. */
async function* everything(
  records: Records,
  groups: Groups | undefined,
  position: Position,
): AsyncGenerator<Page> {
  if (groups) return yield* foundById(records, groups, position.id);
  const first = () => records.list(position.after);
  const following = ({ next }: { next: string | undefined }) =>
    next === undefined ? undefined : () => records.list(next);
  for await (const { records: page, next } of readAhead(first, following)) {
    yield { records: page, position: next === undefined ? {} : { after: next } };
  }
}

/** By what comes after the last one: further than 10,000 no search counts. */
async function* foundById(records: Records, groups: Groups, from = '0'): AsyncGenerator<Page> {
  for (let last = from; ; ) {
    const search = { groups: withAll(groups, [after(last)]), sort: idField };
    const page = await records.search(search);
    last = page.found.at(-1)?.id ?? last;
    const isLast = page.total <= page.found.length;
    yield { records: page.records, position: isLast ? {} : { id: last } };
    if (isLast) return;
  }
}

/** The first time everything, from then on what was changed. */
async function* sinceThen(
  records: Records,
  groups: Groups | undefined,
  request: ReadRequest,
): AsyncGenerator<Page> {
  const { value, ...known } = readPosition(request.position);
  const position: Position =
    value === undefined ? known : { since: isoIn(value), at: isoIn(value) };
  const overlap = (request.overlapSeconds ?? overlapSecondsDefault) * 1_000;
  const changes = new Changes(records, groups, { overlap, position });
  const isInList = position.at === undefined && (position.after ?? position.id) !== undefined;
  if (position.since !== undefined && !isInList) return yield* changes.pages();
  // What is changed while everything is read comes with the next reading.
  const since = position.since ?? (await changes.newest());
  for await (const page of everything(records, groups, position)) {
    yield { ...page, position: changes.listed(page, since) };
  }
}

/** @throws ConnectorError */
function isoIn(text: string): string {
  const read = fromJson({ kind: 'timestamptz' }, text);
  const at = 'text' in read && read.text !== null ? read.text.replace(' ', 'T') : '';
  return isoOf(millisecondsOf(at.replace(/\+00$/, 'Z')));
}

async function* partOf(
  records: Records,
  own: readonly PropertyField[],
  request: ReadRequest & { part: NonNullable<ReadRequest['part']> },
): AsyncGenerator<Page> {
  const { part, key, cursorField } = request;
  const position = readPosition(request.position);
  if ('keys' in part) {
    const [name = ''] = key;
    const [field] = pick(own, [name]) as [PropertyField];
    if (key.length !== 1 || !field.isUnique) {
      const message = `Records of HubSpot are chosen by one unique property, such as "${idField}".`;
      throw new ConnectorError('request', message, { field: 'keys' });
    }
    const ids = part.keys.map(([id]) => id ?? '').filter((id) => id !== '');
    const idProperty = name === idField ? undefined : name;
    return yield { records: await records.read(ids, idProperty), position };
  }
  if (cursorField !== undefined) {
    const bounds = { from: part.from ?? isoOf(0), to: part.to };
    const start = { since: isoIn(bounds.from), at: isoIn(bounds.from) };
    const to = bounds.to === undefined ? undefined : millisecondsOf(isoIn(bounds.to));
    const changes = new Changes(records, undefined, { overlap: 0, position: start, to });
    for await (const page of changes.pages()) yield { ...page, position };
    return;
  }
  const isWithin = (id: string) =>
    (part.from === undefined || (compare({ kind: 'int8' }, id, part.from) ?? -1) >= 0) &&
    (part.to === undefined || (compare({ kind: 'int8' }, id, part.to) ?? 1) <= 0);
  for await (const page of everything(records, undefined, {})) {
    yield { records: page.records.filter(({ id }) => isWithin(id)), position };
  }
}

async function* shown(
  pages: AsyncIterable<Page>,
  fields: readonly Field[],
  request: ReadRequest,
): AsyncGenerator<Batch> {
  for await (const { records, position } of pages) {
    const rows: Row[] = [];
    const unread: Unread[] = [];
    for (const record of records) {
      const { row, problem } = rowOf(record, fields);
      if (problem) unread.push({ row, ...problem });
      else rows.push(row);
    }
    const end = request.part ? request.position : JSON.stringify(position);
    yield* batchesOf(rows, request, end, unread);
  }
}
