import { wordOf } from '../../contract/endpoint.ts';
import { messaging } from '../../contract/messaging/index.ts';
import { messagingWebsite } from '../../contract/messaging/website/index.ts';
import { type Product, served } from '../platform/product.ts';
import type { Edge } from '../runtime/http/edge.ts';
import { demo } from './demo/demo.ts';
import { Feed } from './feed/feed.ts';
import { mountFeed } from './feed/mount.ts';
import { Drawing } from './files/drawing/drawing.ts';
import { mountFiles } from './files/serving.ts';
import { messagingJobs } from './jobs.ts';
import { personal } from './personal.ts';
import { messagingRoutes, websiteRoutes } from './routes.ts';
import { dismissMember } from './users/dismissal.ts';
import { renameUser } from './users/renaming.ts';
import { welcomeMember } from './users/users.ts';

const edge: Edge = {
  prefixes: [...messaging.prefixes, ...messagingWebsite.prefixes, '/files'],
  body: ({ code, message }, requestId) => ({
    ok: false,
    error: wordOf(messaging, code),
    message,
    request_id: requestId,
  }),
};

export const product: Product = {
  edges: [edge],
  personal,
  demo,
  members: { welcome: welcomeMember, dismiss: dismissMember },
  listens: { 'member.updated': [renameUser] },
  open(services) {
    const drawing = new Drawing(services);
    return {
      jobs: messagingJobs({ ...services, drawing }),
      serve: () => {
        const feed = new Feed(services);
        return {
          apis: [
            served(messaging, messagingRoutes(drawing)),
            served(messagingWebsite, websiteRoutes(feed, drawing)),
          ],
          mount(app, atTheDoor) {
            mountFeed(app, feed, atTheDoor.door);
            mountFiles(app, atTheDoor);
          },
        };
      },
    };
  },
};
