import { randomUUID } from 'node:crypto';
import type { SQLInputValue } from 'node:sqlite';
import type { Engine } from './engine.ts';
import { Refusal, refusalOf } from './refusal.ts';
import { abortBy, type Result, SnowflakeSession } from './session.ts';
import { refused, shown } from './shown.ts';
import { SignIn, type Tokens } from './sign-in.ts';

type Known = { readonly session: SnowflakeSession; tokens: Tokens; isExpired: boolean };
export type Asked = {
  readonly data?: Record<string, unknown>;
  readonly sqlText?: string;
  readonly bindings?: Record<string, { value: SQLInputValue }>;
  readonly asyncExec?: boolean;
  readonly describeOnly?: boolean;
};

/** The sessions of the account, and the queries in them. */
export class Sessions {
  readonly signIn = new SignIn();
  readonly chunks = new Map<string, Buffer>();
  /** How many of the next statements are answered only when they are asked for again. */
  deferred = 0;
  chunkOrigin: string | undefined;
  readonly #engine: Engine;
  #known: Known[] = [];
  readonly #results = new Map<string, Promise<unknown>>();
  readonly #requests = new Map<string, string>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get count(): number {
    return this.#known.length;
  }

  /** Session tokens end; they can be renewed. */
  expire(): void {
    for (const one of this.#known) one.isExpired = true;
  }

  /** Sessions end, with what they had not committed. */
  forget(): void {
    for (const one of this.#known) this.#engine.disconnect(one.session.close());
    this.#known = [];
  }

  async answer(url: URL, asked: Asked, token: string): Promise<unknown> {
    const { pathname } = url;
    if (pathname === '/session/v1/login-request') return this.#login(url, asked);
    if (pathname === '/session/token-request') return this.#renew(token);
    const known = this.#knownBy(token);
    const result = /^\/queries\/([^/]+)\/result$/.exec(pathname);
    if (result) return this.#results.get(result[1] as string);
    if (pathname === '/queries/v1/query-request') return this.#query(url, asked, known.session);
    if (pathname === '/session' && url.searchParams.get('delete') === 'true') {
      this.#known = this.#known.filter((one) => one !== known);
      this.#engine.disconnect(known.session.close());
    }
    return { data: null, code: null, message: null, success: true };
  }

  #login(url: URL, { data = {} }: Asked) {
    this.signIn.check(data);
    const tokens = this.signIn.grant();
    const schema = url.searchParams.get('schemaName') ?? 'PUBLIC';
    const id = String(1_000 + this.#results.size + this.#known.length);
    const session = new SnowflakeSession(id, this.#engine.connect(), schema.toUpperCase());
    this.#known.push({ session, tokens, isExpired: false });
    return succeeded({
      ...{ token: tokens.session, masterToken: tokens.master, sessionId: Number(id) },
      ...{ validityInSeconds: 3600, masterValidityInSeconds: 14_400 },
      parameters: [{ name: 'CLIENT_STAGE_ARRAY_BINDING_THRESHOLD', value: 65_280 }],
    });
  }

  #renew(token: string) {
    const known = this.#known.find(({ tokens }) => tokens.master === token);
    if (!known) throw new Refusal('390114', '08001', 'Authentication token has expired.');
    known.tokens = this.signIn.grant();
    known.isExpired = false;
    const { session: sessionToken, master: masterToken } = known.tokens;
    const validity = { validityInSecondsST: 3600, validityInSecondsMT: 14_400 };
    return succeeded({ sessionToken, masterToken, ...validity });
  }

  #knownBy(token: string): Known {
    const known = this.#known.find(({ tokens }) => tokens.session === token);
    if (!known) throw new Refusal('390104', '08001', 'The token is not valid.');
    if (known.isExpired) throw new Refusal('390112', '08001', 'Your session has expired.');
    return known;
  }

  /** A request that comes twice is done once. */
  #query(url: URL, asked: Asked, session: SnowflakeSession): unknown {
    const request = url.searchParams.get('requestId') ?? randomUUID();
    const queryId = this.#requests.get(request) ?? randomUUID();
    const isNew = !this.#requests.has(request);
    this.#requests.set(request, queryId);
    const result = isNew ? this.#run(queryId, asked, session, url.origin) : undefined;
    if (result) this.#results.set(queryId, result);
    const isDeferred = isNew && this.deferred > 0;
    if (isDeferred) this.deferred -= 1;
    if (!isDeferred && !asked.asyncExec) return this.#results.get(queryId);
    const data = { queryId, getResultUrl: `/queries/${queryId}/result` };
    const code = asked.asyncExec ? '333334' : '333333';
    return { data, code, message: 'Query execution in progress.', success: true };
  }

  async #run(queryId: string, asked: Asked, session: SnowflakeSession, url: string) {
    try {
      const result = await this.#resultOf(asked, session);
      const { body, chunks } = shown(queryId, result, this.chunkOrigin ?? url);
      for (const { path, bytes } of chunks) this.chunks.set(path, bytes);
      return body;
    } catch (error) {
      return refused(refusalOf(error), queryId);
    }
  }

  async #resultOf({ sqlText = '', bindings = {}, ...asked }: Asked, session: SnowflakeSession) {
    const sessions = this.#known.map((one) => one.session);
    if (/^show transactions/i.test(sqlText)) return transactionsOf(sessions);
    const aborted = /^select system\$abort_transaction\((\d+)\)$/i.exec(sqlText);
    if (aborted) abortBy(sessions, Number(aborted[1]));
    const text = aborted ? "select 'Aborted'" : sqlText;
    const binds = Object.keys(bindings).map((place) => bindings[place]!.value);
    return session.run(text, binds, asked.describeOnly ?? false);
  }
}

function transactionsOf(sessions: readonly SnowflakeSession[]): Result {
  const type = { name: 'TEXT' };
  const rows = sessions.flatMap(({ id, transaction }) => {
    return transaction ? [[String(transaction.id), 'HEDDLE', id, transaction.name]] : [];
  });
  const names = ['id', 'user', 'session', 'name'];
  const columns = names.map((name) => ({ name, type, isNullable: true }));
  return { columns, rows, statementTypeId: 24_576 };
}

function succeeded(data: unknown) {
  return { data, code: null, message: null, success: true };
}
