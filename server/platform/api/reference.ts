import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { FastifyInstance, FastifyReply, RouteHandlerMethod } from 'fastify';
import { noteRoute } from '../../runtime/http/http.ts';
import { type CachedFile, cachedFile, cachedText, sendCached } from './cached-file.ts';
import type { PageToRender, RenderedPage } from './reference-page.ts';

export type ApiDocument = { name: string; title: string; document: () => object };

const scriptPath = '/docs/reference.js';
const nonce = 'the-nonce-of-the-request';
const renderer = new URL('./reference-page.ts', import.meta.url);

/**
 * The OpenAPI documents at `/openapi/<name>.json`, and at `/docs` a reference to read them in. Each is
 * made when it is first asked for.
 */
export function mountReference(app: FastifyInstance, documents: readonly ApiDocument[]): void {
  for (const { name, document } of documents) {
    let file: CachedFile | undefined;
    get(app, pathOf(name), (request, reply) => {
      file ??= cachedText('application/json; charset=utf-8', JSON.stringify(document()));
      return sendCached(request, reply, file);
    });
  }
  const page = onceAsked(documents);
  get(app, '/docs', async (_, reply) => sendPage(reply, (await page()).html));
  get(app, scriptPath, async (request, reply) => sendCached(request, reply, (await page()).script));
}

function get(app: FastifyInstance, path: string, handler: RouteHandlerMethod): void {
  noteRoute(app, 'GET', path);
  app.get(path, handler);
}

function pathOf(name: string): string {
  return `/openapi/${name}.json`;
}

type Page = { html: string; script: CachedFile };

/** The page is rendered when it is first opened; after a failure, when it is opened again. */
function onceAsked(documents: readonly ApiDocument[]): () => Promise<Page> {
  let page: Promise<Page> | undefined;
  return () => {
    page ??= render(documents).catch((error: unknown) => {
      page = undefined;
      throw error;
    });
    return page;
  };
}

async function render(documents: readonly ApiDocument[]): Promise<Page> {
  const sources = documents.map(({ name, title }) => ({ title, slug: name, url: pathOf(name) }));
  const workerData: PageToRender = { sources, scriptPath, nonce };
  const { html, script } = await new Promise<RenderedPage>((resolve, reject) => {
    const worker = new Worker(renderer, { workerData });
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', () => reject(new Error('the reference was not rendered')));
  });
  return { html, script: cachedFile('text/javascript; charset=utf-8', script) };
}

function sendPage(reply: FastifyReply, html: string) {
  const fresh = randomBytes(18).toString('base64');
  return reply
    .header('content-security-policy', policyOf(fresh))
    .header('referrer-policy', 'no-referrer')
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(html.replaceAll(nonce, fresh));
}

/** The reference adds style elements as it runs, which cannot carry the nonce. */
function policyOf(fresh: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${fresh}'`,
    "style-src 'unsafe-inline'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
