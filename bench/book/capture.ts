import pg from 'pg';
import { createLog, environmentWith, readConfig, Server } from '../../server/main.ts';
import type { Installation } from '../installation.ts';
import type { Request } from '../load/load.ts';

/** A statement as it was sent, and in which round trip of its transaction. */
export type Sent = { name?: string; text: string; values: readonly unknown[]; trip: number };

type Query = (this: pg.Client, ...given: unknown[]) => unknown;

export type Captured = { sent: Sent[]; answer: unknown };

/** One real request to a server in this process, and what that sent to PostgreSQL for it. */
export async function captureRequest(
  at: Installation,
  status: number,
  requestTo: (port: number) => Request | Promise<Request>,
): Promise<Captured> {
  const config = readConfig(
    environmentWith({ HEDDLE_DATA: at.dataDirectory, HEDDLE_ROLES: 'web', HEDDLE_PORT: '0' }),
  );
  const server = new Server(config, at.address, createLog('warn'));
  await server.start();
  try {
    const port = await server.listen();
    const { method, path, body = null, authorization, cookie } = await requestTo(port);
    const headers = {
      ...(authorization ? { authorization } : {}),
      ...(cookie ? { cookie } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    };
    let answer: unknown;
    const sent = await capture(async () => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body, headers });
      answer = await response.json();
      if (response.status !== status) throw new Error(`it failed: ${JSON.stringify(answer)}`);
    });
    return { sent, answer };
  } finally {
    await server.stop();
  }
}

/** What the server really sends to PostgreSQL as `heddle_app` while `work` runs. */
async function capture(work: () => Promise<unknown>): Promise<Sent[]> {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const query = prototype.query;
  const sent: Sent[] = [];
  let underWay = 0;
  let trip = -1;
  prototype.query = function (this: pg.Client, ...given) {
    const answer = query.apply(this, given);
    if (this.user !== 'heddle_app' || !(answer instanceof Promise)) return answer;
    if (underWay === 0) trip += 1;
    underWay += 1;
    const first = given[0] as string | Omit<Sent, 'trip'>;
    const asked = typeof first === 'string' ? { text: first, values: [] } : first;
    sent.push({ ...asked, values: asked.values ?? [], trip });
    const settle = () => {
      underWay -= 1;
    };
    answer.then(settle, settle);
    return answer;
  };
  try {
    await work();
    return sent;
  } finally {
    prototype.query = query;
  }
}
