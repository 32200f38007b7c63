import Type from 'typebox';
import { api } from '../endpoint.ts';
import type { ErrorCode } from '../errors.ts';
import { access } from './access.ts';
import { authorization } from './authorization.ts';
import { connections } from './connections.ts';
import { data } from './data.ts';
import { deliveries } from './deliveries.ts';
import { extensions } from './extensions.ts';
import { keys } from './keys.ts';
import { runs } from './runs.ts';
import { syncs } from './syncs.ts';
import { transforms } from './transforms.ts';
import { triggers } from './triggers.ts';
import { webhooks } from './webhooks.ts';
import { workflowRuns } from './workflow-runs.ts';
import { workflowTemplates } from './workflow-templates.ts';
import { workflows } from './workflows.ts';

export const SyncError = Type.Object({
  error: Type.Object({
    code: Type.String({ description: 'One word for the error.', examples: ['INVALID_REQUEST'] }),
    message: Type.String(),
    details: Type.Object({
      field: Type.Optional(Type.String()),
      constraint: Type.Optional(Type.String({ description: 'The keyword of its schema.' })),
      upstream: Type.Optional(Type.String({ description: 'What the connected system said.' })),
    }),
    request_id: Type.String(),
  }),
});

const words: Partial<Record<ErrorCode, string>> = {
  invalid_request: 'INVALID_REQUEST',
  idempotency_mismatch: 'INVALID_REQUEST',
  unauthorized: 'UNAUTHORIZED',
  missing_scope: 'FORBIDDEN',
  forbidden: 'FORBIDDEN',
  https_required: 'FORBIDDEN',
  not_allowed: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  method_not_allowed: 'METHOD_NOT_ALLOWED',
  not_acceptable: 'NOT_ACCEPTABLE',
  gone: 'GONE',
  payload_too_large: 'PAYLOAD_TOO_LARGE',
  unsupported_media_type: 'UNSUPPORTED_MEDIA_TYPE',
  too_many_requests: 'RATE_LIMITED',
  internal_error: 'INTERNAL_ERROR',
  maintenance: 'UNAVAILABLE',
  overloaded: 'UNAVAILABLE',
  run_active: 'CONFLICT',
  run_state: 'CONFLICT',
  in_use: 'CONFLICT',
  extension_exists: 'CONFLICT',
  upstream_error: 'UPSTREAM_ERROR',
};

/** Data integration: connections, syncs, data, transforms. */
export const sync = api({
  name: 'sync',
  title: 'Heddle Sync API',
  description:
    'Connections to other systems, and syncs that move records between them: make a connection for each ' +
    'end, a sync from one to the other, look at its preview, and run it. Send the access token of ' +
    '`POST /v1/auth/token`, or a key (`ts_live_…`), as `Authorization: Bearer`.',
  error: SyncError,
  words,
  commonErrors: [
    'unauthorized',
    'missing_scope',
    'not_acceptable',
    'too_many_requests',
    'internal_error',
    'maintenance',
    'overloaded',
  ],
  tokens: true,
  prefixes: ['/v1', '/connections', '/syncs'],
  endpoints: {
    ...access,
    ...keys,
    ...connections,
    ...authorization,
    ...extensions,
    ...transforms,
    ...data,
    ...syncs,
    ...runs,
    ...triggers,
    ...webhooks,
    ...deliveries,
    ...workflows,
    ...workflowRuns,
    ...workflowTemplates,
  },
  groups: {
    Connections:
      'The databases, files and APIs that records come from and go to. Credentials are tried at once, ' +
      'kept encrypted, and never shown again.',
    Syncs:
      'What moves records from one connection to another, by hand or by a schedule. Each time is a run, ' +
      'which goes on where it was when something dies on the way.',
    Workflows:
      'What is done when something has happened, step by step. A run keeps the version that it began with, and each ' +
      'of its steps is done once.',
    Data: 'Records of a connected system, read and written without a sync.',
    Triggers: 'What sets off a workflow or a sync.',
    Transforms: 'Code that changes records on their way.',
    Webhooks:
      'URLs that are told of what happens, signed, in order, and again until they have it: three days ' +
      'long.',
    Extensions: 'Connectors of your own, beside those that are built in.',
    Keys:
      'Private keys, with which connections sign in to some systems. The keys that open this API are made ' +
      'with `heddle key create --kind sync`.',
    'Access tokens':
      'For the id and secret of a client there is a token of an hour. A key (`ts_live_…`) needs none.',
  },
});

/** Every scope that an endpoint of this API asks for. */
export const syncScopes: readonly string[] = [
  ...new Set(Object.values(sync.endpoints).map((one) => one.scope)),
].filter((scope) => scope !== 'public');
