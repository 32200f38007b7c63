import type { ErrorDefinition } from '../product.ts';

/** Errors that any API may answer. */
export const errors = {
  invalid_request: {
    status: 400,
    message:
      'The request is invalid; the message, or `errors` where there is one, names the field and the rule.',
  },
  idempotency_mismatch: {
    status: 400,
    message: 'This Idempotency-Key was used with another request; use a new key for a new request.',
  },
  unauthorized: {
    status: 401,
    message: 'The access token or key is missing, malformed, expired or revoked; get a new one.',
  },
  missing_scope: {
    status: 403,
    slug: 'unauthorized',
    message: 'These credentials lack the scope that this call needs; ask for it.',
  },
  forbidden: {
    status: 403,
    message: 'This belongs to another API consumer; only its creator can change it.',
  },
  https_required: {
    status: 403,
    message: 'Only HTTPS is served here; send the request again to the https:// address.',
  },
  not_allowed: {
    status: 403,
    message: 'Only its author can delete this.',
  },
  file_not_found: { status: 404, message: 'There is no such file; upload it first.' },
  ambiguous_name: { status: 409, message: 'Several have this name; send the id instead.' },
  not_found: {
    status: 404,
    message: 'Nothing is here, or these credentials cannot reach it; check the id and the path.',
  },
  method_not_allowed: {
    status: 405,
    message: 'This path does not take that method; the Allow header lists the ones it takes.',
  },
  not_acceptable: {
    status: 406,
    message: 'Only application/json is served; send an Accept header that includes it.',
  },
  gone: { status: 410, message: 'This was deleted or cancelled and cannot be used any more.' },
  payload_too_large: { status: 413, message: 'The request body is too large; send less at once.' },
  unsupported_media_type: {
    status: 415,
    message: 'This Content-Type is not supported here; send the one that the reference names.',
  },
  too_many_requests: {
    status: 429,
    message: 'Too many requests for this plan; wait as many seconds as Retry-After says.',
  },
  internal_error: {
    status: 500,
    message: 'Something went wrong on our side; try again, and quote request_id if it persists.',
  },
  storage_full: {
    status: 507,
    message: 'There is no room for more files; delete some, or ask the operator for more room.',
  },
  maintenance: {
    status: 503,
    message: 'The server is down for maintenance; try again after the time in Retry-After.',
  },
  overloaded: {
    status: 503,
    message: 'The server has more to do than it can; try again after the time in Retry-After.',
  },
} as const satisfies Record<string, ErrorDefinition>;
