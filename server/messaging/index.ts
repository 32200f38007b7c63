import { slugOf } from '../../contract/errors.ts';
import type { EventType } from '../../contract/events.ts';
import { messaging } from '../../contract/messaging/index.ts';
import { messagingWebsite } from '../../contract/messaging/website/index.ts';
import type { Edge } from '../runtime/http/edge.ts';

import { renaming } from './users/renaming.ts';

export { messaging as api } from '../../contract/messaging/index.ts';
export { messagingWebsite as website } from '../../contract/messaging/website/index.ts';
export { Feed } from './feed/feed.ts';
export { mountFeed } from './feed/mount.ts';
export { mountFiles } from './files/serving.ts';
export { messagingJobs as jobs } from './jobs.ts';
export { messagingRoutes as routes, websiteRoutes } from './routes.ts';

/** The job that each of these events leads to. */
export const listens: Partial<Record<EventType, string>> = { 'member.updated': renaming };

/** Where this API has a word of its own for an error. */
const words: Readonly<Record<string, string>> = {
  unauthorized: 'invalid_auth',
  missing_scope: 'not_allowed',
  forbidden: 'not_allowed',
  too_many_requests: 'rate_limited',
  idempotency_mismatch: 'invalid_request',
};

/** How this API writes its errors. */
export const edge: Edge = {
  prefixes: [...messaging.prefixes, ...messagingWebsite.prefixes, '/files'],
  body: ({ code, message }, requestId) => ({
    ok: false,
    error: words[code] ?? slugOf(code),
    message,
    request_id: requestId,
  }),
};
