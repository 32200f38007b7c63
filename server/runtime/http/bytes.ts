import type { FastifyInstance } from 'fastify';

/**
 * Makes the routes of this scope take any body as the bytes that were sent; without a body, none.
 */
export function acceptBytes(scope: FastifyInstance, bytesMax: number): void {
  scope.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: bytesMax } as const;
  scope.addContentTypeParser('*', options, (_, body, done) => done(null, body));
  scope.addHook('preValidation', async (request) => {
    request.body ??= Buffer.alloc(0);
  });
}
