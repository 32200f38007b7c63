import {
  defineConnector,
  ExtensionError,
  type JsonRecord,
  type WriteResult,
} from '../source/index.ts';

/** A connector to notes in memory that keeps the contract; `changes` are what one gets wrong. */
export function notesConnector(provider: string) {
  const notes = new Map<string, JsonRecord>();
  for (const id of ['a', 'b', 'c', 'd', 'e']) notes.set(id, { id, text: `note ${id}`, size: 1 });
  const answered = new Map<string, WriteResult[]>();

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
    discover: () => ({
      objects: [
        {
          name: 'notes',
          fields: [
            { name: 'id', type: 'text' },
            { name: 'text', type: 'character varying(100)' },
            { name: 'size', type: 'numeric(10, 2)' },
          ],
          key: ['id'],
          cursor_fields: ['size'],
        },
      ],
    }),
    read: ({ object, cursor, limit }) => {
      if (object !== 'notes') throw new ExtensionError(`There is no ${object}.`);
      const from = Number(cursor ?? 0);
      const records = [...notes.values()].slice(from, from + limit);
      const next = from + records.length;
      return { records, next_cursor: next < notes.size ? String(next) : null };
    },
    query: ({ order_by, limit }) => {
      const by = order_by[0]!;
      const sorted = [...notes.values()].sort((a, b) =>
        String(a[by.field]).localeCompare(String(b[by.field])),
      );
      return { records: (by.descending ? sorted.reverse() : sorted).slice(0, limit) };
    },
    write: ({ operation, records, idempotency_key }) => {
      const before = answered.get(idempotency_key ?? '');
      if (before !== undefined) return { results: before };
      const results = records.map((record, index): WriteResult => {
        const id = String(record.id);
        const isThere = notes.has(id);
        if (operation === 'insert' && isThere) return { index, status: 'error', error: 'There.' };
        if (operation === 'update' && !isThere) return { index, status: 'error', error: 'Gone.' };
        if (operation === 'delete') notes.delete(id);
        else notes.set(id, { ...notes.get(id), ...record });
        return { index, status: 'ok', id };
      });
      if (idempotency_key !== null) answered.set(idempotency_key, results);
      return { results };
    },
  });
}
