import type { FastifyError } from 'fastify';
import { AppError, invalid } from '../errors.ts';

/** How one API writes its errors. */
export type Edge = {
  /** Path prefixes that belong to the API. */
  readonly prefixes: readonly string[];
  body(error: AppError, requestId: string): object;
};

/** For paths of no API. */
const plain: Edge = {
  prefixes: [],
  body: ({ code, message }, requestId) => ({ error: code, message, request_id: requestId }),
};

export function edgeOf(edges: readonly Edge[], url: string): Edge {
  const owner = edges.find(({ prefixes }) =>
    prefixes.some((prefix) => url.startsWith(prefix) && /^([/?]|$)/.test(url.slice(prefix.length))),
  );
  return owner ?? plain;
}

/** What a caller is told of something that was thrown; undefined when it is a bug of ours. */
export function outwardError(thrown: unknown): AppError | undefined {
  if (thrown instanceof AppError) return thrown;
  const { code, statusCode } = (thrown ?? {}) as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new AppError('payload_too_large');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new AppError('unsupported_media_type');
  if (code === 'FST_ERR_BAD_URL') return invalid('path', 'must be UTF-8, percent-encoded.');
  // No id is that long, so it names nothing.
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return new AppError('not_found');
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return undefined;
  return new AppError('invalid_request', {
    message: 'The request cannot be read; send a well-formed body that fits its Content-Type.',
    fields: [{ field: 'body', message: 'must be well-formed.' }],
  });
}
