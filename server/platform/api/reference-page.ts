import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import scalar, { type ApiReferenceConfiguration } from '@scalar/fastify-api-reference';
import Fastify from 'fastify';

// In a worker: the package of the reference takes 45 MB once loaded, and is needed only once.

export type PageToRender = {
  sources: { title: string; slug: string; url: string }[];
  scriptPath: string;
  /** Stands in the page where each request puts its own nonce. */
  nonce: string;
};

export type RenderedPage = { html: string; script: Uint8Array };

/**
 * Nothing about a visit leaves this server: no fonts, proxies, telemetry or assistants of third
 * parties.
 */
const settings: Partial<ApiReferenceConfiguration> = {
  pageTitle: 'Heddle API reference',
  favicon: 'data:,',
  withDefaultFonts: false,
  telemetry: false,
  proxyUrl: '',
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  persistAuth: false,
  documentDownloadType: 'direct',
  orderSchemaPropertiesBy: 'preserve',
};

parentPort?.postMessage(await render(workerData as PageToRender));

async function render({ sources, scriptPath, nonce }: PageToRender): Promise<RenderedPage> {
  const app = Fastify();
  const configuration = { ...settings, sources, nonce, cdn: scriptPath };
  app.register(scalar, { routePrefix: '/docs', configuration });
  const html = (await app.inject('/docs/')).body.replace('<html>', '<html lang="en">');
  const script = (await app.inject('/docs/js/scalar.js')).rawPayload;
  return { html, script: gzipSync(script, { level: 9 }) };
}
