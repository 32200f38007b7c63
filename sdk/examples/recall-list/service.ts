import { ExtensionError, failureOf } from '@heddle/extension-sdk';

/** The service that keeps the recalls, for one office. */
export class RecallService {
  readonly #url: string;
  readonly #key: string;

  constructor(
    config: { office: string; base_url?: string | undefined },
    credentials: { api_key: string },
  ) {
    const { base_url = 'https://api.recall.example', office } = config;
    this.#url = `${base_url}/v2/${encodeURIComponent(office)}`;
    this.#key = credentials.api_key;
  }

  get(path: string): Promise<Response> {
    return fetch(this.#url + path, { headers: this.#headers() });
  }

  /** `once`: a request that comes again with it is answered as before, and not done again. */
  send(method: string, path: string, body: unknown, once: string | undefined): Promise<Response> {
    const headers = { ...this.#headers(), 'content-type': 'application/json' };
    return fetch(this.#url + path, {
      method,
      headers: once === undefined ? headers : { ...headers, 'idempotency-key': once },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  #headers(): Record<string, string> {
    return { 'x-api-key': this.#key, accept: 'application/json' };
  }

  static async json<T>(response: Response): Promise<T> {
    if (!response.ok) throw await failureOf(response);
    return (await response.json()) as T;
  }

  static known(object: string): void {
    if (object !== 'recalls') {
      throw new ExtensionError(`There is no ${object}: the recall list has recalls.`);
    }
  }
}
