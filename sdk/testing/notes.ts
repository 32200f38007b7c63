import {
  defineConnector,
  ExtensionError,
  type ExtensionObject,
  type JsonRecord,
  type Operation,
  type WriteResult,
} from '../source/index.ts';

/** A connector to notes in memory that keeps the contract. */
export function notesConnector(provider: string) {
  const notes = new Notes();
  return defineConnector({
    provider,
    configSchema: { type: 'object', properties: {} },
    credentialsSchema: {
      type: 'object',
      properties: { token: { type: 'string' } },
      required: ['token'],
    },
    check: ({ credentials }) =>
      credentials.token === 'right' ? { ok: true } : { ok: false, message: 'It is not taken.' },
    discover: () => ({ objects: [describeNotes()] }),
    read: ({ object, cursor, limit }) => {
      if (object !== 'notes') throw new ExtensionError(`There is no ${object}.`);
      const from = Number(cursor ?? 0);
      const records = notes.all().slice(from, from + limit);
      const next = from + records.length;
      return { records, next_cursor: next < notes.all().length ? String(next) : null };
    },
    query: ({ order_by, limit }) => {
      const { field, descending } = order_by[0]!;
      const sorted = notes
        .all()
        .sort((a, b) => String(a[field]).localeCompare(String(b[field])) * (descending ? -1 : 1));
      return { records: sorted.slice(0, limit) };
    },
    write: ({ operation, records, idempotency_key }) => ({
      results: notes.once(idempotency_key, () =>
        records.map((record, index) => ({ index, ...notes.write(operation, record) })),
      ),
    }),
  });
}

function describeNotes(): ExtensionObject {
  return {
    name: 'notes',
    fields: [
      { name: 'id', type: 'text' },
      { name: 'text', type: 'character varying(100)' },
      { name: 'size', type: 'numeric(10, 2)' },
    ],
    key: ['id'],
    cursor_fields: ['size'],
  };
}

class Notes {
  readonly #notes = new Map<string, JsonRecord>();
  readonly #answered = new Map<string, WriteResult[]>();

  constructor() {
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      this.#notes.set(id, { id, text: `note ${id}`, size: 1 });
    }
  }

  all(): JsonRecord[] {
    return [...this.#notes.values()];
  }

  once(key: string | null, write: () => WriteResult[]): WriteResult[] {
    const results = this.#answered.get(key ?? '') ?? write();
    if (key !== null) this.#answered.set(key, results);
    return results;
  }

  write(operation: Operation, record: JsonRecord): Omit<WriteResult, 'index'> {
    const id = String(record.id);
    const isThere = this.#notes.has(id);
    if (operation === 'insert' && isThere) return { status: 'error', error: 'It is there.' };
    if (operation === 'update' && !isThere) return { status: 'error', error: 'It is gone.' };
    if (operation === 'delete') this.#notes.delete(id);
    else this.#notes.set(id, { ...this.#notes.get(id), ...record });
    return { status: 'ok', id };
  }
}
