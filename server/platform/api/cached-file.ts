import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A public text that does not change while this process runs; kept compressed. */
export type CachedFile = { type: string; gzipped: Uint8Array; etag: string };

export function cachedText(type: string, text: string): CachedFile {
  return cachedFile(type, gzipSync(text));
}

export function cachedFile(type: string, gzipped: Uint8Array): CachedFile {
  const digest = createHash('sha256').update(gzipped).digest('base64url').slice(0, 22);
  return { type, gzipped, etag: `"${digest}"` };
}

/** Answers with the file, or with 304 where the client has it already. */
export function sendCached(request: FastifyRequest, reply: FastifyReply, file: CachedFile) {
  const { type, gzipped, etag } = file;
  reply
    .header('etag', etag)
    .header('cache-control', 'public, max-age=300')
    .header('vary', 'accept-encoding');
  if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
  reply.type(type);
  if (!takesGzip(request.headers['accept-encoding'])) {
    return reply.send(Readable.from([gzipped]).pipe(createGunzip()));
  }
  return reply.header('content-encoding', 'gzip').send(gzipped);
}

function takesGzip(accepted = ''): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(accepted);
}
