import {
  failureOf,
  type JsonRecord,
  type WriteAnswer,
  type WriteRequest,
  type WriteResult,
} from '@heddle/extension-sdk';
import { RecallService } from './service.ts';

type Request = Omit<WriteRequest<unknown, unknown>, 'config' | 'credentials'>;

/** One after the other: the service takes one record at a time. */
export async function writeRecalls(
  service: RecallService,
  { object, operation, records, idempotency_key }: Request,
): Promise<WriteAnswer> {
  RecallService.known(object);
  const results: WriteResult[] = [];
  for (const [index, record] of records.entries()) {
    const once = idempotency_key === null ? undefined : `${idempotency_key}/${index}`;
    const response = await send(service, operation, record, once);
    // Not the fault of the record: the server comes again with all of them, under the same key.
    if ([401, 403, 429].includes(response.status) || response.status >= 500) {
      throw await failureOf(response);
    }
    results.push({ index, ...(await resultOf(response, record)) });
  }
  return { results };
}

function send(
  service: RecallService,
  operation: Request['operation'],
  { id, changed_at: _, ...values }: JsonRecord,
  once: string | undefined,
): Promise<Response> {
  const path = `/recalls/${encodeURIComponent(String(id))}`;
  if (operation === 'delete') return service.send('DELETE', path, undefined, once);
  if (operation === 'update') return service.send('PATCH', path, values, once);
  if (operation === 'upsert' && id != null) return service.send('PUT', path, values, once);
  return service.send('POST', '/recalls', values, once);
}

async function resultOf(
  response: Response,
  record: JsonRecord,
): Promise<Omit<WriteResult, 'index'>> {
  if (!response.ok) return { status: 'error', error: (await failureOf(response)).message };
  if (response.status === 204) return { status: 'ok', id: String(record.id) };
  return { status: 'ok', id: (await RecallService.json<{ id: string }>(response)).id };
}
