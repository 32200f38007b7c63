import { wordOf } from '../../contract/endpoint.ts';
import { sync } from '../../contract/sync/index.ts';
import type { AppError } from '../runtime/errors.ts';
import type { Edge } from '../runtime/http/edge.ts';

/** The envelope of the errors of `/v1`. */
export const edge: Edge = {
  prefixes: sync.prefixes,
  body: (error, requestId) => ({
    error: {
      code: wordOf(sync, error.code),
      message: messageOf(error),
      details: detailsOf(error),
      request_id: requestId,
    },
  }),
};

/** "The 'provider' field is required": the field and its rule as one sentence. */
function messageOf({ message, fields }: AppError): string {
  const [first] = fields ?? [];
  const isPlain = first !== undefined && /^(is|must|has) /.test(first.message);
  return isPlain ? `The '${first.field}' field ${first.message.replace(/\.$/, '')}` : message;
}

function detailsOf({ fields, upstream }: AppError) {
  const [first] = fields ?? [];
  return {
    ...(first ? { field: first.field } : {}),
    ...(first?.constraint ? { constraint: first.constraint } : {}),
    ...(upstream === undefined ? {} : { upstream }),
  };
}
