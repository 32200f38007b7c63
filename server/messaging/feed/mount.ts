import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { feedPath } from '../../../contract/messaging/website/feed.ts';
import { LogPosition } from '../../../contract/messaging/website/shapes.ts';
import type { Door } from '../../platform/api/door.ts';
import { noteRoute } from '../../runtime/http/http.ts';
import type { Feed } from './feed.ts';

/** Puts the stream of changes into the server; it ends before the server waits for its requests. */
export function mountFeed(app: FastifyInstance, feed: Feed, door: Door): void {
  noteRoute(app, 'GET', feedPath);
  app.route({
    method: 'GET',
    url: feedPath,
    schema: { querystring: Type.Object({ after: Type.Optional(LogPosition) }) },
    onRequest: (request, reply) => door.admit(request, reply, 'member'),
    handler: (request, reply) => feed.stream(request, reply),
  });
  app.addHook('preClose', () => feed.stop());
}
