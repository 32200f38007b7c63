import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its body may be large. */
    takesLong?: true;
  }
}

export const bodyBytesMax = 1024 * 1024;
/** 100 MB at 256 kbit/s. */
export const longBodyMilliseconds = 3_600_000;
const bodyMilliseconds = 120_000;
/** What a large body brings at least in that time: 64 kbit/s. */
const longBodyBytesMin = 120 * 8 * 1024;
/** So long a client may take to read that its large body is not wanted. */
const refusalMilliseconds = 1_000;

/** A body that trickles in, never comes, or comes in vain, holds a connection only for so long. */
export function watchArrivals(app: FastifyInstance): void {
  const admitted = new WeakSet<IncomingMessage>();
  const waiting = new WeakSet<IncomingMessage>();
  // Whoever asks before sending a body is not told to send one that will be refused.
  app.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.add(request);
    app.server.emit('request', request, response);
  });
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (hasBody(raw)) expectBody(raw, routeOptions.config?.takesLong ?? false);
  });
  app.addHook('preParsing', async ({ raw }, reply) => {
    admitted.add(raw);
    if (waiting.delete(raw)) reply.raw.writeContinue();
  });
  app.addHook('onResponse', async ({ raw, routeOptions }) => {
    if (raw.complete) return;
    const isLong = routeOptions.config?.takesLong ?? false;
    if (!isLong) cutAfter(raw, bodyMilliseconds);
    else if (!admitted.has(raw)) cutAfter(raw, refusalMilliseconds);
    // A browser shows no answer before all is sent.
    else cutAfter(raw, bodyMilliseconds, Number.POSITIVE_INFINITY);
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return Boolean(headers['content-length'] || headers['transfer-encoding']);
}

function expectBody(request: IncomingMessage, isLong: boolean): void {
  const { socket } = request;
  const bytesMin = isLong ? longBodyBytesMin : Number.POSITIVE_INFINITY;
  const look = (before: number) => {
    if (socket.bytesRead - before < bytesMin) request.destroy();
    else watch();
  };
  const watch = () => {
    timer = setTimeout(look, bodyMilliseconds, socket.bytesRead).unref();
  };
  let timer: NodeJS.Timeout;
  watch();
  forgetAtEnd(request, () => clearTimeout(timer));
}

/** What still comes of a request that was answered is passed over, for so long and up to so much. */
function cutAfter(request: IncomingMessage, milliseconds: number, bytesMore = bodyBytesMax): void {
  const { socket } = request;
  const bytesMax = socket.bytesRead + bytesMore;
  const timer = setTimeout(() => socket.destroy(), milliseconds).unref();
  const count = () => {
    if (socket.bytesRead > bytesMax) socket.destroy();
  };
  // The request itself hands out nothing any more.
  socket.on('data', count);
  forgetAtEnd(request, () => {
    clearTimeout(timer);
    socket.off('data', count);
  });
}

/** A request that is answered before its body came is not closed with its connection. */
function forgetAtEnd(request: IncomingMessage, forget: () => void): void {
  const { socket } = request;
  const end = () => {
    socket.off('close', end);
    forget();
  };
  request.once('close', end);
  socket.once('close', end);
}
