import type { Account, Association } from './account.ts';
import { type BatchBody, read, write } from './batches.ts';
import { type ObjectType, Refusal } from './objects.ts';
import { type SearchBody, search } from './search.ts';
import { showOutcome, showProperty, showRecord, showSchema } from './shown.ts';

export type Asked = {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly text: string;
};
export type Answered = { readonly status: number; readonly body?: unknown };

const pageMax = 100;
const associationsInputsMax = 1_000;
/** Of one record, in one answer. */
const associationsPage = 500;

/** Answers as the API does. @throws Refusal */
export function answer(account: Account, asked: Asked): Answered {
  const [first, version, noun, ...rest] = asked.path;
  if (first === 'crm-object-schemas') {
    const results = account.types.filter(({ typeId }) => typeId.startsWith('2-')).map(showSchema);
    return { status: 200, body: { results } };
  }
  if (first === 'crm' && version === 'v3' && noun === 'properties') {
    return {
      status: 200,
      body: { results: account.type(rest[0] ?? '').properties.map(showProperty) },
    };
  }
  if (first === 'crm' && version === 'v3' && noun === 'objects') {
    return objects(account.type(rest[0] ?? ''), rest.slice(1).join('/'), asked);
  }
  if (first === 'crm' && version === 'v4' && noun === 'associations') {
    const [from, to] = [account.type(rest[0] ?? ''), account.type(rest[1] ?? '')];
    return associations(account, { from, to }, rest.slice(2).join('/'), bodyOf(asked));
  }
  throw noSuchPath();
}

function objects(type: ObjectType, act: string, asked: Asked): Answered {
  if (asked.method === 'GET' && act === '') return list(type, asked.query);
  if (asked.method !== 'POST') throw noSuchPath();
  const body = bodyOf(asked);
  switch (act) {
    case 'search':
      return found(type, body as SearchBody, asked.text.length);
    case 'batch/read': {
      const { properties = [] } = body as BatchBody;
      const outcome = read(type, body as BatchBody);
      const status = outcome.failed.length > 0 ? 207 : 200;
      return { status, body: showOutcome(type, outcome, properties) };
    }
    case 'batch/archive':
      for (const { id = '' } of (body as BatchBody).inputs ?? []) type.archive(id);
      return { status: 204 };
    case 'batch/create':
    case 'batch/update':
    case 'batch/upsert': {
      const verb = act.slice('batch/'.length) as 'create' | 'update' | 'upsert';
      const outcome = write(type, verb, body as BatchBody);
      const status = outcome.failed.length > 0 ? 207 : verb === 'create' ? 201 : 200;
      return { status, body: showOutcome(type, outcome) };
    }
    default:
      throw noSuchPath();
  }
}

function list(type: ObjectType, query: URLSearchParams): Answered {
  const limit = Number(query.get('limit') ?? 10);
  if (!(limit >= 1 && limit <= pageMax)) {
    throw new Refusal(400, 'VALIDATION_ERROR', `limit must be between 1 and ${pageMax}`);
  }
  const names = query.getAll('properties').flatMap((text) => text.split(','));
  const isArchived = query.get('archived') === 'true';
  const after = Number(query.get('after') ?? 0);
  const page = [];
  let hasMore = false;
  for (const record of type.records.values()) {
    if (record.id <= after || (record.archivedAt !== undefined) !== isArchived) continue;
    hasMore = page.length === limit;
    if (hasMore) break;
    page.push(record);
  }
  const last = String(page.at(-1)?.id);
  return {
    status: 200,
    body: {
      results: page.map((record) => showRecord(type, record, names)),
      ...(hasMore ? { paging: { next: { after: last, link: '' } } } : {}),
    },
  };
}

function found(type: ObjectType, body: SearchBody, bytes: number): Answered {
  const { total, page, next } = search(type, body, bytes);
  return {
    status: 200,
    body: {
      total,
      results: page.map((record) => showRecord(type, record, body.properties)),
      ...(next === undefined ? {} : { paging: { next: { after: next } } }),
    },
  };
}

type Pair = { from: ObjectType; to: ObjectType };
type Links = {
  inputs?: {
    id?: string;
    after?: string;
    from?: { id: string };
    to?: { id: string } | { id: string }[];
    types?: { associationCategory: string; associationTypeId: number }[];
  }[];
};

function associations(account: Account, { from, to }: Pair, act: string, body: Links): Answered {
  const { inputs = [] } = body;
  if (inputs.length > associationsInputsMax) {
    throw new Refusal(400, 'VALIDATION_ERROR', 'Too many inputs');
  }
  const recordOf = (type: ObjectType, id = '') => {
    const record = type.find(id);
    if (record) return { type, record };
    throw new Refusal(400, 'VALIDATION_ERROR', `${id} is not a valid object ID`);
  };
  if (act === 'batch/read') return associated(account, { from, to }, inputs);
  for (const { from: one, to: others = [], types = [] } of inputs) {
    for (const other of [others].flat()) {
      const ends = [recordOf(from, one?.id), recordOf(to, other.id)] as const;
      if (act.endsWith('archive')) account.dissociate(...ends);
      else if (act === 'batch/create') {
        for (const { associationCategory: category, associationTypeId: typeId } of types) {
          account.associate(...ends, { category, typeId, label: null });
        }
      } else throw noSuchPath();
    }
  }
  if (act.endsWith('archive')) return { status: 204 };
  const at = new Date().toISOString();
  return { status: 201, body: { status: 'COMPLETE', results: [], startedAt: at, completedAt: at } };
}

function associated(
  account: Account,
  { from, to }: Pair,
  inputs: NonNullable<Links['inputs']>,
): Answered {
  const results = inputs.flatMap(({ id = '', after = '0' }) => {
    const all = account.associations(from, to, Number(id));
    const page = all.slice(Number(after), Number(after) + associationsPage);
    const next = Number(after) + associationsPage;
    if (page.length === 0) return [];
    const paging = next < all.length ? { paging: { next: { after: String(next) } } } : {};
    return [{ from: { id }, to: byRecord(page), ...paging }];
  });
  const missing = inputs.filter(({ id = '' }) => !results.some((one) => one.from.id === id));
  const errors = missing.map(({ id = '' }) => ({
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    message: `No ${to.name} is associated with ${from.name} ${id}.`,
    context: { fromObjectId: [id] },
  }));
  const at = new Date().toISOString();
  const body = { status: 'COMPLETE', results, startedAt: at, completedAt: at };
  if (errors.length === 0) return { status: 200, body };
  return { status: 207, body: { ...body, numErrors: errors.length, errors } };
}

function byRecord(links: readonly Association[]) {
  return [...Map.groupBy(links, ({ to }) => to)].map(([to, own]) => ({
    toObjectId: to,
    associationTypes: own.map(({ category, typeId, label }) => ({ category, typeId, label })),
  }));
}

function bodyOf({ text }: Asked): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'VALIDATION_ERROR', 'Invalid input JSON');
  }
}

function noSuchPath(): Refusal {
  return new Refusal(404, 'OBJECT_NOT_FOUND', 'resource not found');
}
