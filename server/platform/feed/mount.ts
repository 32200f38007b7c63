import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { LogPosition } from '../../../contract/platform/feed.ts';
import { noteRoute } from '../../runtime/http/http.ts';
import type { Door } from '../api/door.ts';
import type { Feed } from './feed.ts';
import type { Source } from './source.ts';

/** Puts the streams of changes into the server; they end before it waits for its requests. */
export function mountFeed(
  app: FastifyInstance,
  feed: Feed,
  sources: readonly Source[],
  door: Door,
): void {
  for (const source of sources) {
    noteRoute(app, 'GET', source.path);
    app.route({
      method: 'GET',
      url: source.path,
      schema: { querystring: Type.Object({ after: Type.Optional(LogPosition) }) },
      onRequest: (request, reply) => door.admit(request, reply, 'member'),
      handler: (request, reply) => feed.stream(source, request, reply),
    });
  }
  app.addHook('preClose', () => feed.stop());
}
