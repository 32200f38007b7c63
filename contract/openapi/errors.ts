import type { TSchema } from 'typebox';
import { type Api, type Endpoint, wordOf } from '../endpoint.ts';
import { type ErrorCode, errors } from '../errors.ts';
import { oauth, TokenError, tokenErrors } from '../oauth.ts';

/** The errors of one status: their form, and the words on the wire that say which one it is. */
export type ErrorAnswer = { status: number; schema: TSchema; lines: string[] };

/** Errors that only a caller with credentials can meet. */
const ofCallers: readonly ErrorCode[] = [
  'unauthorized',
  'missing_scope',
  'not_acceptable',
  'too_many_requests',
];
const ofBodies: readonly ErrorCode[] = ['payload_too_large', 'unsupported_media_type'];

/** Every error that a call of an endpoint can meet, by status. */
export function errorsOf(api: Api, { scope, body, form, errors = [] }: Endpoint): ErrorAnswer[] {
  const isPublic = scope === 'public';
  const everywhere = api.commonErrors.filter((code) => !isPublic || !ofCallers.includes(code));
  return byStatus([...everywhere, ...(body || form ? ofBodies : []), ...errors], api);
}

/** Refusals of a token have the form of RFC 6749, section 5.2; all other errors that of the API. */
export function tokenErrorsOf(api: Api, endpoint: Endpoint): ErrorAnswer[] {
  if (endpoint.path !== oauth.createToken.path) return [];
  const refusals = Object.entries(tokenErrors).map(([code, status]) => ({
    status,
    schema: TokenError,
    lines: [`\`${code}\``],
  }));
  const own = endpoint.errors ?? [];
  const others: ErrorCode[] = ['payload_too_large', ...own, 'internal_error', 'maintenance'];
  return merge([...refusals, ...byStatus(others, api)]);
}

function byStatus(codes: readonly ErrorCode[], api: Api): ErrorAnswer[] {
  return merge(
    [...new Set(codes)].map((code) => {
      const { status, message } = errors[code];
      const lines = [`\`${wordOf(api, code)}\`: ${message}`];
      return { status, schema: api.error, lines };
    }),
  );
}

function merge(answers: ErrorAnswer[]): ErrorAnswer[] {
  const merged = new Map<number, ErrorAnswer>();
  for (const answer of answers) {
    const lines = merged.get(answer.status)?.lines ?? [];
    merged.set(answer.status, { ...answer, lines: [...lines, ...answer.lines] });
  }
  return [...merged.values()].sort((one, other) => one.status - other.status);
}
