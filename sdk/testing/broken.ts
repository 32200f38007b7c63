// Tests the contract of connectors of which each gets one thing wrong: `contract.test.ts` looks what of
// it fails.
import { contractTest } from '../source/contract-test/index.ts';
import type { Connector } from '../source/index.ts';
import { notesConnector } from './notes.ts';

type Notes = ReturnType<typeof notesConnector>;
type Read = NonNullable<Notes['read']>;
type Write = NonNullable<Notes['write']>;
type Discovered = Exclude<ReturnType<Notes['discover']>, Promise<unknown>>;

const discovering = (change: (found: Discovered) => void) => (notes: Notes) => ({
  discover: (request: never) => {
    const found = notes.discover(request) as Discovered;
    change(found);
    return found;
  },
});
const reading =
  (read: (request: Parameters<Read>[0], right: Read) => unknown) => (notes: Notes) => ({
    read: (request: never) => read(request, notes.read!) as never,
  });
const writing =
  (write: (request: Parameters<Write>[0], right: Write) => unknown) => (notes: Notes) => ({
    write: (request: never) => write(request, notes.write!) as never,
  });

const breaks: Record<string, (notes: Notes) => object> = {
  none: () => ({}),
  'check-refuses': () => ({ check: () => ({ ok: false }) }),
  'check-takes-all': () => ({ check: () => ({ ok: true }) }),
  'check-shows': () => ({
    check: ({ credentials: { token } }: { credentials: { token: string } }) =>
      token === 'right' ? { ok: true } : { ok: false, message: `${token} is wrong` },
  }),
  'name-twice': discovering(({ objects }) => objects.push(objects[0]!)),
  'field-twice': discovering(({ objects }) => objects[0]!.fields.push(objects[0]!.fields[0]!)),
  'key-unknown': discovering(({ objects }) => objects[0]!.key!.push('no')),
  'type-unknown': discovering(({ objects }) => {
    objects[0]!.fields[0]!.type = 'words';
  }),
  'object-absent': discovering(({ objects }) => {
    objects[0]!.name = 'papers';
  }),
  'cursor-repeats': reading(async (request, right) => ({
    ...(await right(request)),
    next_cursor: 'again',
  })),
  'limit-ignored': reading((request, right) => right({ ...request, limit: 1_000 })),
  'page-lost': reading(async (request, right) => {
    const { records, next_cursor } = await right(request);
    return { records: request.cursor === '2' ? [] : records, next_cursor };
  }),
  'cursor-ignored': reading(async (request, right) => {
    const { records } = await right({ ...request, cursor: null });
    const next = Number(request.cursor ?? 0) + 1;
    return { records, next_cursor: next < 3 ? String(next) : null };
  }),
  'field-unnamed': reading(async (request, right) => {
    const page = await right(request);
    return { ...page, records: page.records.map((one) => ({ ...one, other: 1 })) };
  }),
  'filter-wrong': reading(async (request, right) =>
    request.filter.some(({ operator }) => operator === '=') ? { records: [] } : right(request),
  ),
  'new-lost': reading(async (request, right) =>
    request.filter.some(({ operator }) => operator === '>=') ? { records: [] } : right(request),
  ),
  'object-invented': reading((request, right) => right({ ...request, object: 'notes' })),
  'writes-nothing': writing(({ records }) => ({
    results: records.map((_, index) => ({ index, status: 'ok' })),
  })),
  'writes-twice': writing((request, right) => right({ ...request, idempotency_key: null })),
  'all-or-nothing': writing((request, right) => {
    if (request.records.length > 1) throw new Error('One of them is wrong.');
    return right(request);
  }),
  'results-missing': writing(async (request, right) => ({
    results: (await right(request)).results.slice(1),
  })),
  'order-ignored': () => ({ query: () => ({ records: [{ id: 'a' }] }) }),
};

for (const [name, broken] of Object.entries(breaks)) {
  const notes = notesConnector(name);
  contractTest({ ...notes, ...broken(notes) } as Connector, {
    credentials: { token: 'right' },
    object: 'notes',
    write: { record: { id: 'z', text: 'new', size: 2 }, change: { text: 'changed' } },
    patienceSeconds: 0,
  });
}
