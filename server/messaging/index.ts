import { wordOf } from '../../contract/endpoint.ts';
import { messaging } from '../../contract/messaging/index.ts';
import { messagingWebsite } from '../../contract/messaging/website/index.ts';
import { type Product, served } from '../platform/product.ts';
import { mountFiles } from '../platform/uploads/serving.ts';
import type { Edge } from '../runtime/http/edge.ts';
import { demo } from './demo/demo.ts';
import { source } from './feed/source.ts';
import { shelf } from './files/shelf.ts';
import { deleteLeftFiles } from './files/store.ts';
import { messagingJobs } from './jobs.ts';
import { dismissMember } from './members/dismissal.ts';
import { renameUser } from './members/renaming.ts';
import { welcomeMember } from './members/welcome.ts';
import { personal } from './personal.ts';
import { messagingRoutes, websiteRoutes } from './routes.ts';

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
  feed: source,
  releaseFiles: deleteLeftFiles,
  objects: {
    title: 'Messaging of this server',
    // A connection reads and posts as a bot of its own, which people let into channels.
    scopes: [],
    module: import.meta.resolve('./objects/index.ts'),
  },
  open: (services) => ({
    jobs: messagingJobs(services),
    serve: (feed) => ({
      apis: [
        served(messaging, messagingRoutes(services.drawing)),
        served(messagingWebsite, websiteRoutes(feed, services.drawing)),
      ],
      mount: (app, atTheDoor) => mountFiles(app, atTheDoor, shelf),
    }),
  }),
};
