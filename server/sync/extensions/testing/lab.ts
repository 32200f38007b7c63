import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';

type Case = { id: string; status: string; units: number; changed: string };
type Failure = { status: number; headers?: Record<string, string>; body?: unknown };
type Asked = {
  config: Record<string, unknown>;
  credentials: { token: string };
  object: string;
  filter: { field: string; operator: string; value: string }[];
  cursor: string | null;
  limit: number;
  operation: string;
  records: Case[];
  idempotency_key: string | null;
};

type Served = {
  secret: string;
  heard: { call: string; asked: Asked; headers: Record<string, unknown> }[];
  /** Answered in place of what is right. */
  fault: ((call: string) => Failure | undefined) | undefined;
  /** What an answer waits for. */
  hold: ((call: string) => Promise<void> | undefined) | undefined;
};

/**
 * A laboratory's connector, as somebody outside would write it: a server that knows nothing of this
 * project but what is written about the calls.
 */
export async function startLab(count = 5) {
  const cases = new Map<string, Case>();
  for (let n = 1; n <= count; n += 1) {
    const id = `C${String(n).padStart(4, '0')}`;
    cases.set(id, { id, status: 'open', units: n, changed: `2026-01-01T00:00:${pad(n % 60)}Z` });
  }
  const done = new Map<string, unknown>();
  const lab = {
    url: '',
    cases,
    secret: '',
    token: 'lab-t0ken',
    pageMax: 2,
    heard: [] as Served['heard'],
    fault: undefined as Served['fault'],
    hold: undefined as Served['hold'],
  };
  const answer = (call: string, asked: Asked): unknown => {
    switch (call) {
      case 'check':
        return asked.credentials.token === lab.token
          ? { ok: true }
          : { ok: false, message: `The token ${asked.credentials.token} is not known.` };
      case 'discover':
        return { objects: [described] };
      case 'read':
        return pageOf(lab.cases, asked, lab.pageMax);
      case 'write': {
        const key = asked.idempotency_key;
        const before = key && done.get(key);
        const written = before ?? { results: asked.records.map(write(asked, lab.cases)) };
        if (key) done.set(key, written);
        return written;
      }
    }
  };
  lab.url = await serve(lab, answer);
  return lab;
}

async function serve(
  lab: Served,
  answer: (call: string, asked: Asked) => unknown,
): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const call = (request.url ?? '').split('/').at(-1) ?? '';
    const asked = JSON.parse(body);
    lab.heard.push({ call, asked, headers: request.headers });
    await lab.hold?.(call);
    const given = request.headers['x-threadsync-signature'];
    const isOurs = given === createHmac('sha256', lab.secret).update(body).digest('hex');
    const fault = lab.fault?.(call) ?? (isOurs ? undefined : { status: 401 });
    response.writeHead(fault?.status ?? 200, {
      'content-type': 'application/json',
      ...fault?.headers,
    });
    response.end(JSON.stringify(fault ? (fault.body ?? {}) : answer(call, asked)));
  });
  await new Promise<void>((started) => server.listen(0, '127.0.0.1', started));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/heddle`;
}

export type Lab = Awaited<ReturnType<typeof startLab>>;

const described = {
  name: 'cases',
  fields: [
    { name: 'id', type: 'text', nullable: false },
    { name: 'status', type: 'character varying(20)' },
    { name: 'units', type: 'integer' },
    { name: 'changed', type: 'timestamptz' },
  ],
  key: ['id'],
  cursor_fields: ['changed'],
};

export const manifest = {
  config_schema: {
    type: 'object',
    additionalProperties: false,
    properties: { site: { type: 'string', pattern: '^[a-z]+$' } },
  },
  credentials_schema: {
    type: 'object',
    required: ['token'],
    properties: { token: { type: 'string' } },
  },
};

function pageOf(cases: Map<string, Case>, { filter, cursor, limit }: Asked, pageMax: number) {
  const since = filter.find((one) => one.field === 'changed' && one.operator === '>=');
  const found = [...cases.values()].filter(({ changed }) => !since || changed >= since.value);
  const from = Number(cursor ?? 0);
  const to = from + Math.min(limit, pageMax);
  return { records: found.slice(from, to), next_cursor: to < found.length ? String(to) : null };
}

function write({ operation }: Asked, cases: Map<string, Case>) {
  return (record: Case, index: number) => {
    if (record.units < 0) return { index, status: 'error', error: 'Units must not be negative.' };
    if (operation === 'delete') cases.delete(record.id);
    else cases.set(record.id, { ...cases.get(record.id), ...record });
    return { index, status: 'ok', id: record.id };
  };
}

function pad(n: number): string {
  return String(n).padStart(2, '0');
}
