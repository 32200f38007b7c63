import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Recall = Record<string, unknown> & { id: string; changed_at: string };
type Answer = { status: number; body?: unknown };

/** The recall service as its documentation describes it, in memory: tests need no account there. */
export class StandIn {
  readonly recalls = new Map<string, Recall>();
  #next = 1000;
  readonly #answers = new Map<string, Answer>();
  readonly #server = createServer(async (request, response) => {
    const { status, body } = this.#once(request, await bodyOf(request));
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });

  async listen(): Promise<string> {
    for (const patient of ['Ada Marsh', 'Ben Okoro', 'Carla Diaz', 'Dee Lund', 'Ed Vance']) {
      this.#keep(String(1001 + this.recalls.size), {
        patient,
        due_on: '2027-03-01',
        status: 'due',
      });
    }
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** What was asked under an idempotency key is done once. */
  #once(request: IncomingMessage, body: Record<string, unknown>): Answer {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string') return this.#answer(request, body);
    const answer = this.#answers.get(key) ?? this.#answer(request, body);
    this.#answers.set(key, answer);
    return answer;
  }

  #answer({ method, url = '', headers }: IncomingMessage, body: Record<string, unknown>): Answer {
    if (headers['x-api-key'] !== 'the-key')
      return { status: 401, body: { message: 'no such key' } };
    const { pathname, searchParams } = new URL(url, 'http://stand-in');
    const [, , office, noun, id] = pathname.split('/');
    if (office !== 'elm-street') return { status: 404, body: { message: 'no such office' } };
    if (noun === 'office') return { status: 200, body: { title: 'Elm Street Dental' } };
    if (method === 'GET') return { status: 200, body: this.#page(searchParams) };
    if (method === 'POST') {
      return { status: 201, body: this.#keep(this.#newId(), body) };
    }
    if (id === undefined || (method !== 'PUT' && !this.recalls.has(id))) {
      return { status: 404, body: { message: `no recall ${id}` } };
    }
    if (method === 'DELETE') {
      this.recalls.delete(id);
      return { status: 204 };
    }
    const before = method === 'PATCH' ? this.recalls.get(id) : {};
    return { status: 200, body: this.#keep(id, { ...before, ...body }) };
  }

  #page(asked: URLSearchParams): { recalls: Recall[]; next?: string } {
    const since = asked.get('changed_since') ?? '';
    const status = asked.get('status');
    const after = Number(asked.get('after') ?? 0);
    const all = [...this.recalls.values()]
      .filter((one) => Number(one.id) > after && one.changed_at >= since)
      .filter((one) => status === null || one.status === status)
      .sort((a, b) => Number(a.id) - Number(b.id));
    const recalls = all.slice(0, Number(asked.get('limit')));
    const last = recalls.at(-1);
    return recalls.length < all.length && last ? { recalls, next: last.id } : { recalls };
  }

  #newId(): string {
    this.#next += 1;
    return String(this.#next);
  }

  #keep(id: string, values: Record<string, unknown>): Recall {
    const empty = { phone: null, reason: null };
    const kept = { ...empty, ...values, id, changed_at: new Date().toISOString() };
    this.recalls.set(id, kept);
    return kept;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? {} : JSON.parse(text);
}
