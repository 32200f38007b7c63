import jsforce from 'jsforce';
import { HttpApi } from 'jsforce/lib/http-api.js';
import type { HttpResponse } from 'jsforce/lib/types/common.js';
import { readExactly } from '../../values/exact-json.ts';
import type { Json } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';
import { placeOf } from '../http/answer.ts';
import type { Outside } from '../outside-contract.ts';
import type { SalesforceSettings } from './config.ts';
import { refusalOf, saidIn } from './refusal.ts';
import { forgetGrant, type Grant, grantOf, secretsOf } from './sign-in.ts';
import { GuardedTransport } from './transport.ts';

export type Ask = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Behind `/services/data/<version>`, with its parameters; or the whole path. */
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

export type Answer = {
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** Sends requests to an org through the vendor's client. */
export class SalesforceClient {
  readonly settings: SalesforceSettings;
  readonly #outside: Outside;
  #held: Promise<unknown> | undefined;

  constructor(settings: SalesforceSettings, outside: Outside) {
    this.settings = settings;
    this.#outside = outside;
  }

  get signal(): AbortSignal {
    return this.#outside.signal;
  }

  /** What was answered with 2xx. @throws ConnectorError */
  async send(ask: Ask): Promise<Answer> {
    await this.#place(ask.signal);
    const grant = await grantOf(this.settings, this.#outside);
    try {
      return await this.#sendWith(grant, ask);
    } catch (error) {
      if (saidIn(error)?.status !== 401) throw this.#failureOf(error, grant, ask);
    }
    // It may have been revoked, or be too old.
    await forgetGrant(this.settings, grant.token);
    const next = await grantOf(this.settings, this.#outside, grant.token);
    try {
      return await this.#sendWith(next, ask);
    } catch (error) {
      throw this.#failureOf(error, next, ask);
    }
  }

  /** The same, of what answers JSON; its numbers keep all their digits. @throws ConnectorError */
  async json(ask: Ask): Promise<Json> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const { text } = await this.send({ ...ask, headers: { ...headers, ...ask.headers } });
    const body = readExactly(text);
    if (body !== undefined) return body;
    throw new ConnectorError('configuration', `${ask.path.split('?')[0]} did not answer JSON.`);
  }

  async #sendWith({ token, instance }: Grant, ask: Ask): Promise<Answer> {
    const { method = 'GET', body, headers = {}, signal } = ask;
    const transport = new GuardedTransport(this.#outside, signal);
    const { version } = this.settings;
    const connection = new jsforce.Connection({
      instanceUrl: instance,
      accessToken: token,
      version,
    });
    const api = new HttpApi(connection, { transport, responseType: 'text/plain' });
    let answered: HttpResponse | undefined;
    api.on('response', (response: HttpResponse) => {
      answered = response;
    });
    const url = this.#urlOf(instance, ask).href;
    const text = await api.request<string | undefined>({
      ...{ method, url, headers: { ...headers } },
      ...(body === undefined ? {} : { body }),
    });
    return { text: text ?? '', headers: answered?.headers ?? {} };
  }

  #urlOf(instance: string, { path }: Pick<Ask, 'path'>): URL {
    const root = `/services/data/v${this.settings.version}`;
    return new URL(path.startsWith('/services/') ? path : root + path, instance);
  }

  #failureOf(error: unknown, { token, instance }: Grant, ask: Ask): unknown {
    const said = saidIn(error);
    if (!said) return error;
    const secrets = [...secretsOf(this.settings.credentials), token];
    return refusalOf(said, placeOf(this.#urlOf(instance, ask)), secrets);
  }

  /** A session asks one thing at a time: it has one connection, until it ends. */
  async #place(signal: AbortSignal): Promise<void> {
    this.#held ??= this.#outside.place(signal);
    try {
      await this.#held;
    } catch (error) {
      this.#held = undefined;
      throw error;
    }
  }
}
