import { randomUUID } from 'node:crypto';
import { callConnector } from './calling.ts';
import { type Connector, checkConnector } from './connector.ts';
import type {
  CheckAnswer,
  DiscoverAnswer,
  Operation,
  Page,
  QueryRequest,
  ReadRequest,
  WriteAnswer,
  WriteRequest,
} from './protocol.ts';
import { checkSchema } from './schema/check.ts';
import { extensionProtocol } from './schemas.ts';
import { signatureHeaders } from './signature.ts';

/** An extension that is served somewhere, in whatever language it is written. */
export interface RemoteExtension {
  url: string;
  secret: string;
  /** What it can do; `read` only, where it is not said. */
  capabilities?: { read?: boolean; write?: boolean; query?: boolean; operations?: Operation[] };
}

/** Values of `config` and `credentials`, whatever they are. */
export interface Given {
  config: Record<string, unknown>;
  credentials: Record<string, unknown>;
}

type Asked<R> = Partial<Omit<R, 'config' | 'credentials'>>;

/** What is tested: each call answers as the server would be answered, or throws. */
export interface Target {
  readonly can: { read: boolean; write: boolean; query: boolean; operations: readonly Operation[] };
  check(given?: Given): Promise<CheckAnswer>;
  discover(): Promise<DiscoverAnswer>;
  read(asked: Asked<ReadRequest<unknown, unknown>>): Promise<Page>;
  query(asked: Asked<QueryRequest<unknown, unknown>>): Promise<Page>;
  write(asked: Asked<WriteRequest<unknown, unknown>>): Promise<WriteAnswer>;
}

type Call = (name: keyof typeof extensionProtocol, request: unknown) => Promise<unknown>;

const page = { fields: null, filter: [], cursor: null, limit: 100 };
const everything: readonly Operation[] = ['insert', 'upsert', 'update', 'delete'];

export function targetOf(tested: Connector | RemoteExtension, given: Given): Target {
  const call = 'url' in tested ? callRemote(tested) : callHere(tested);
  return {
    can: canOf(tested),
    check: (other = given) => call('check', { ...other }) as Promise<CheckAnswer>,
    discover: () => call('discover', { ...given }) as Promise<DiscoverAnswer>,
    read: (asked) => call('read', { ...given, ...page, ...asked }) as Promise<Page>,
    query: (asked) => call('query', { ...given, ...page, order_by: [], ...asked }) as Promise<Page>,
    write: (asked) =>
      call('write', { ...given, idempotency_key: randomUUID(), ...asked }) as Promise<WriteAnswer>,
  };
}

function canOf(tested: Connector | RemoteExtension): Target['can'] {
  if ('url' in tested) {
    const { read = true, write = false, query = false, operations } = tested.capabilities ?? {};
    return { read, write, query, operations: operations ?? everything };
  }
  return {
    read: tested.read !== undefined,
    write: tested.write !== undefined,
    query: tested.query !== undefined,
    operations: tested.operations ?? everything,
  };
}

function callHere(connector: Connector): Call {
  checkConnector(connector);
  return async (name, request) => {
    // As it would come over the wire: what a connector does to a request is seen by nobody.
    const { status, body, at } = await callConnector(
      connector,
      name,
      JSON.parse(JSON.stringify(request)),
    );
    if (status === 200) return body;
    throw new Error(`${messageOf(name, status, body)}${at === undefined ? '' : ` (${at})`}`);
  };
}

function callRemote({ url, secret }: RemoteExtension): Call {
  return async (name, request) => {
    const body = JSON.stringify(request);
    const response = await fetch(`${url.replace(/\/+$/, '')}/${name}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...signatureHeaders(body, secret, `msg_${randomUUID()}`),
      },
      body,
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(messageOf(name, response.status, answer));
    const wrong = checkSchema(answer, extensionProtocol[name].answer);
    if (wrong !== undefined) throw new Error(`The answer of ${name} is wrong: ${wrong}.`);
    return answer;
  };
}

function messageOf(name: string, status: number, body: unknown): string {
  const { error } = (body ?? {}) as { error?: { message?: string } };
  return `${name} answered ${status}: ${error?.message ?? JSON.stringify(body)}`;
}
