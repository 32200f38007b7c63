import { wordOf } from '../../contract/endpoint.ts';
import type { EventType } from '../../contract/events.ts';
import { messaging } from '../../contract/messaging/index.ts';
import { messagingWebsite } from '../../contract/messaging/website/index.ts';
import type { ProductMembers } from '../platform/members/ending.ts';
import type { Edge } from '../runtime/http/edge.ts';
import { dismissMember } from './members/dismissal.ts';
import { renaming } from './members/renaming.ts';
import { welcomeMember } from './members/welcome.ts';

export { messaging as api } from '../../contract/messaging/index.ts';
export { messagingWebsite as website } from '../../contract/messaging/website/index.ts';
export { source as feed } from './feed/source.ts';
export { shelf } from './files/shelf.ts';
export { deleteLeftFiles as releaseFiles } from './files/store.ts';
export { messagingJobs as jobs } from './jobs.ts';
export { messagingRoutes as routes, websiteRoutes } from './routes.ts';

/** What this product does about members. */
export const members: ProductMembers = { welcome: welcomeMember, dismiss: dismissMember };

/** The job that each of these events leads to. */
export const listens: Partial<Record<EventType, string>> = { 'member.updated': renaming };

/** How this API writes its errors. */
export const edge: Edge = {
  prefixes: [...messaging.prefixes, ...messagingWebsite.prefixes, '/files'],
  body: ({ code, message }, requestId) => ({
    ok: false,
    error: wordOf(messaging, code),
    message,
    request_id: requestId,
  }),
};
