import type { FastifyInstance } from 'fastify';

/** Routes of this scope take any body as the bytes that were sent; whoever has none sends no bytes. */
export function acceptBytes(scope: FastifyInstance, bytesMax: number): void {
  scope.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: bytesMax } as const;
  scope.addContentTypeParser('*', options, (_, body, done) => done(null, body));
  scope.addHook('preValidation', async (request) => {
    request.body ??= Buffer.alloc(0);
  });
}
