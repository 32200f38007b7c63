import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuthServer } from '../oauth.ts';
import { Bulk } from './bulk.ts';
import { ApiFailure, notFound } from './failures.ts';
import type { Answer, Ask } from './http.ts';
import { Org } from './org.ts';
import { Rest } from './rest.ts';
import { SignIn } from './sign-in.ts';

/** What a request meets in place of its answer. */
export type Trouble = {
  /** Of which requests: their method and path, as in `GET /services/data/v65.0/query`. */
  readonly of: RegExp;
  /** Undefined: it is never answered. */
  readonly answer: Answer | undefined;
  /** How many of those before go well. */
  readonly after?: number;
  /** How many meet it; one by default. */
  readonly times?: number;
};

type Waiting = { readonly trouble: Trouble; after: number; times: number };

/** A Salesforce org on loopback, as its API can be known from outside. */
export class Salesforce {
  readonly org: Org;
  readonly signIn = new SignIn();
  /** Where people give access. */
  readonly oauth = new OAuthServer(() => ({ instance_url: this.url }));
  readonly rest: Rest;
  readonly bulk: Bulk;
  /** The requests that came, as `GET /services/data/v65.0/query`. */
  readonly heard: string[] = [];
  url = '';
  readonly #troubles: Waiting[] = [];
  readonly #server = createServer((request, response) => {
    this.#answer(request).then(
      (answer) => answer && give(response, answer),
      (error) => give(response, { status: 500, text: String(error) }),
    );
  });

  constructor(records: number) {
    this.org = new Org(records);
    this.rest = new Rest(this.org);
    this.bulk = new Bulk(this.org);
  }

  async listen(port = 0): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  trouble(trouble: Trouble): void {
    const { after = 0, times = 1 } = trouble;
    this.#troubles.push({ trouble, after, times });
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage): Promise<Answer | undefined> {
    const { method = 'GET', headers, url: target = '/' } = request;
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const url = new URL(target, this.url);
    const [, , , version = '', ...path] = url.pathname.split('/').map(decodeURIComponent);
    const said = `${method} ${url.pathname}`;
    this.heard.push(said);
    const trouble = this.#troubleOf(said);
    if (trouble) return trouble.answer;
    if (target.length > 16_384) return { status: 414, text: 'URI Too Long' };
    const ask = { method, url, path: path.filter(Boolean), version, headers, body };
    try {
      return this.#dispatch(ask, said);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      return refusal(error);
    }
  }

  #dispatch(ask: Ask, said: string): Answer {
    if (said === 'GET /services/oauth2/authorize') return this.oauth.authorize(ask.url);
    if (said === 'POST /services/oauth2/token') {
      const isOfPerson = new URLSearchParams(ask.body).get('client_id') === this.oauth.clientId;
      return isOfPerson ? this.oauth.token(ask.body) : this.signIn.answer(ask);
    }
    if (!ask.url.pathname.startsWith('/services/data/')) throw notFound();
    const { authorization } = ask.headers;
    if (!this.signIn.isValid(authorization) && !this.oauth.accepts(authorization)) {
      throw new ApiFailure(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    }
    return ask.path[0] === 'jobs' ? this.bulk.answer(ask) : this.rest.answer(ask);
  }

  #troubleOf(said: string): Trouble | undefined {
    for (const waiting of this.#troubles) {
      if (waiting.times === 0 || !waiting.trouble.of.test(said)) continue;
      if (waiting.after > 0) {
        waiting.after -= 1;
        continue;
      }
      waiting.times -= 1;
      return waiting.trouble;
    }
    return undefined;
  }
}

export async function startSalesforce({
  records = 200,
  port = 0,
}: {
  records?: number;
  port?: number;
} = {}): Promise<Salesforce> {
  const simulator = new Salesforce(records);
  await simulator.listen(port);
  return simulator;
}

function refusal({ status, code, message }: ApiFailure): Answer {
  return { status, body: [{ message, errorCode: code }] };
}

function give(response: ServerResponse, { status, headers, body, text }: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json;charset=UTF-8',
    'sforce-limit-info': 'api-usage=18/100000',
    ...headers,
  });
  response.end(text ?? (body === undefined ? '' : JSON.stringify(body)));
}
