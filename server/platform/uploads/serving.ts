import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pixelsHeader } from '../../../contract/platform/files.ts';
import type { Database, Db } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import { noteRoute } from '../../runtime/http/http.ts';
import type { Caller } from '../access/callers.ts';
import type { Door } from '../api/door.ts';
import type { Files } from '../files/files.ts';
import { dispositionOf } from './names.ts';
import { readRange } from './range.ts';
import type { FileRow } from './store.ts';

type Services = { database: Database; door: Door; files: Files };

/** A content to send; it never changes. */
type Sent = {
  key: string;
  name: string;
  type: string;
  bytes: number;
  etag: string;
  /** As `640x400`. */
  pixels?: string;
};

/** How long a browser may show it without asking again. */
const freshSeconds = 300;

/** `etag`: what the product names it by. */
type Found = FileRow & { etag: string };

/** The files of a product: where they are, and who may read them. */
export type Shelf = {
  contentPath: string;
  thumbnailPath: string;
  /** The scope that a caller with a key needs; browsers have the session cookie. */
  scope: string;
  /** A file that the caller may read. */
  find(
    ctx: { organization: number; caller: Caller },
    db: Db,
    id: string,
  ): Promise<Found | undefined>;
};

/** Serves contents and thumbnails to those who may read them. */
export function mountFiles(app: FastifyInstance, services: Services, shelf: Shelf): void {
  const paths = [
    [shelf.contentPath, contentOf],
    [shelf.thumbnailPath, thumbnailOf],
  ] as const;
  for (const [url, choose] of paths) {
    noteRoute(app, 'GET', url);
    app.route<{ Params: { id: string } }>({
      method: ['GET', 'HEAD'],
      url,
      onRequest: (request, reply) => services.door.admit(request, reply, scopeOf(request, shelf)),
      handler: async (request, reply) => {
        const sent = choose(await findFile(services, request, shelf));
        if (!sent) throw new AppError('file_not_found');
        if (sent === 'later') return askLater(reply);
        return send(services.files, request, reply, sent);
      },
    });
  }
}

function scopeOf({ headers }: FastifyRequest, { scope }: Shelf): string {
  return headers.authorization === undefined ? 'member' : scope;
}

/** @throws AppError file_not_found (404) */
async function findFile(
  { database }: Services,
  request: FastifyRequest<{ Params: { id: string } }>,
  { find }: Shelf,
) {
  const caller = request.getDecorator<Caller>('caller');
  const { organization } = caller;
  const db = database.of(organization).reading;
  const row = await find({ organization, caller }, db, request.params.id);
  if (!row) throw new AppError('file_not_found');
  return row;
}

function contentOf({ etag, name, mime_type, bytes, width, height, content_key }: Found): Sent {
  const pixels = width && height ? { pixels: `${width}x${height}` } : {};
  return { key: content_key, name, type: mime_type, bytes, etag: `"${etag}"`, ...pixels };
}

function thumbnailOf(file: Found): Sent | 'later' | undefined {
  const { name, thumbnail_key, thumbnail_bytes, draw_at } = file;
  if (draw_at !== null) return 'later';
  if (thumbnail_key === null || thumbnail_bytes === null) return undefined;
  const webp = name.replace(/\.[^.]*$/, '.webp');
  const etag = `"${file.etag}-thumbnail"`;
  return { key: thumbnail_key, name: webp, type: 'image/webp', bytes: thumbnail_bytes, etag };
}

/** RFC 9110, section 15.3.3; a browser shows no error for it. */
function askLater(reply: FastifyReply) {
  return reply.code(202).headers({ 'retry-after': '1', 'cache-control': 'no-store' }).send();
}

async function send(files: Files, request: FastifyRequest, reply: FastifyReply, sent: Sent) {
  const { headers, method } = request;
  const { bytes, etag } = sent;
  if (matches(headers['if-none-match'], etag))
    return reply.headers(headersOf(sent)).code(304).send();
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
  const range = isSame && method === 'GET' ? readRange(headers.range, bytes) : undefined;
  if (range === 'unsatisfiable') {
    return reply.code(416).header('content-range', `bytes */${bytes}`).type('text/plain').send('');
  }
  const content = method === 'HEAD' ? undefined : await files.store.open(sent.key, range);
  if (method !== 'HEAD' && !content) throw new AppError('file_not_found');
  reply.headers(headersOf(sent));
  if (range) {
    reply.code(206).header('content-range', `bytes ${range.first}-${range.last}/${bytes}`);
  }
  return reply.header('content-length', range ? range.last - range.first + 1 : bytes).send(content);
}

/** Nothing in a file may run, whatever a browser takes it for, and no other site may embed it. */
function headersOf({ name, type, etag, pixels }: Sent): Record<string, string> {
  return {
    'content-type': type,
    'content-disposition': dispositionOf(name),
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': `private, max-age=${freshSeconds}`,
    vary: 'cookie, authorization',
    'accept-ranges': 'bytes',
    etag,
    ...(pixels === undefined ? {} : { [pixelsHeader]: pixels }),
  };
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => ['*', etag, `W/${etag}`].includes(one.trim()));
}
