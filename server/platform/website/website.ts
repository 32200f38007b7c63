import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import serveFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Pages, pageFinder, type Side } from '../../../contract/pages.ts';
import { noteRoute, showMissing } from '../../runtime/http/http.ts';
import { builtSite, Site } from './site.ts';

/** What programs ask for, in addition to the paths of the APIs. */
const ofPrograms = ['/api', '/v1', '/oauth2', '/docs', '/openapi', '/assets'];
const ofOperators = ['/healthz', '/readyz', '/metrics'];

/**
 * Serves the website: two HTML documents behind the pages of all products (one for people who are
 * signed in, a light one for everybody), and what these load under `/assets`. A browser that asks
 * for a page that does not exist gets the light one, as a 404 with a friendly message. Paths that
 * begin with one of `prefixes` belong to programs.
 */
export function mountWebsite(
  app: FastifyInstance,
  products: readonly Pages[],
  prefixes: readonly string[],
  folder = builtSite,
): void {
  const programs = [...prefixes, ...ofPrograms, ...ofOperators];
  const site = new Site(folder);
  for (const pages of products) mountPages(app, pages, site);
  const findPage = pageFinder(products);
  showMissing(app, ({ method, url, headers }) => {
    const path = url.split('?', 1)[0] as string;
    const isAsked =
      (method === 'GET' || method === 'HEAD') && headers.accept?.includes('text/html');
    if (!isAsked || isWithin(path, programs) || findPage(path)) return undefined;
    return (reply) => void sendPage(reply, site, 'outside', 404);
  });
  mountAssets(app, folder);
}

function mountPages(app: FastifyInstance, pages: Pages, site: Site): void {
  for (const side of ['inside', 'outside'] as const) {
    for (const path of Object.values(pages[side])) {
      if (!path.includes('$')) noteRoute(app, 'GET', path);
      app.get(routeOf(path, pages), (_, reply) => sendPage(reply, site, side, 200));
    }
  }
}

function isWithin(path: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
}

/** Their names contain a hash of the content, so they may be cached for ever. */
function mountAssets(app: FastifyInstance, folder: string): void {
  void app.register(serveFiles, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    decorateReply: false,
    index: false,
    dotfiles: 'ignore',
    immutable: true,
    maxAge: '365d',
    setHeaders: (reply) => {
      reply.header('vary', 'accept-encoding');
      reply.header('cross-origin-resource-policy', 'same-origin');
    },
  });
}

/** A path such as `/$chatId` as Fastify writes it, with the values that each part can have. */
function routeOf(path: string, { parts }: Pages): string {
  return path.replace(/\$(\w+)/g, (_, name: string) => `:${name}(^(?:${parts[name]})$)`);
}

async function sendPage(reply: FastifyReply, site: Site, side: Side, status: number) {
  const nonce = randomBytes(18).toString('base64');
  const { html, isBuilt } = await site.page(side, nonce);
  return reply
    .code(isBuilt ? status : 503)
    .headers({
      'content-security-policy': policyOf(nonce),
      'referrer-policy': 'same-origin',
      'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(html);
}

/** Scripts come from this server alone, and no text becomes HTML. */
function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');
}
