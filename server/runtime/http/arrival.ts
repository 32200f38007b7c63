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
/** The least that a large body has to bring in that time: 64 kbit/s. */
const longBodyBytesMin = 120 * 8 * 1024;
/** How long a client may take to read that its large body was refused. */
const refusalMilliseconds = 1_000;

/** Limits how long a connection is held by a body that trickles in, never comes, or is refused. */
export function watchArrivals(app: FastifyInstance): void {
  const admitted = new WeakSet<IncomingMessage>();
  const waiting = new WeakSet<IncomingMessage>();
  // A client that asks first (Expect: 100-continue) is not told to send a body that will be
  // refused.
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
    // An injected request has no connection, and does not say.
    if (raw.complete !== false) return;
    const isLong = routeOptions.config?.takesLong ?? false;
    if (!isLong) cutAfter(raw, bodyMilliseconds);
    else if (!admitted.has(raw)) cutAfter(raw, refusalMilliseconds);
    // A browser shows no answer before it has sent everything.
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

/** Discards what still arrives of a request that was answered, up to a time and a size. */
function cutAfter(request: IncomingMessage, milliseconds: number, bytesMore = bodyBytesMax): void {
  const { socket } = request;
  const bytesMax = socket.bytesRead + bytesMore;
  const timer = setTimeout(() => socket.destroy(), milliseconds).unref();
  const count = () => {
    if (socket.bytesRead > bytesMax) socket.destroy();
  };
  // The request itself emits nothing any more.
  socket.on('data', count);
  forgetAtEnd(request, () => {
    clearTimeout(timer);
    socket.off('data', count);
  });
}

/** The end of a request that is answered before its body came is not the end of its connection. */
function forgetAtEnd(request: IncomingMessage, forget: () => void): void {
  const { socket } = request;
  const end = () => {
    socket.off('close', end);
    forget();
  };
  request.once('close', end);
  socket.once('close', end);
}
