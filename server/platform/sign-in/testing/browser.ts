import { cookiesOf } from '../../../testing/people.ts';

/** A browser that follows redirects by hand and keeps cookies for each origin. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();
  /** Where a name leads, as in /etc/hosts. */
  readonly #hosts: Readonly<Record<string, string>>;

  constructor(hosts: Readonly<Record<string, string>>) {
    this.#hosts = hosts;
  }

  /** Asks, and goes wherever the answers lead, until one leads nowhere or to a page at `until`. */
  async open(url: string, init: RequestInit = {}, until = '\0'): Promise<URL> {
    let at = new URL(url);
    for (let step = 0; step < 20; step += 1) {
      const response = await this.ask(at.href, step === 0 ? init : {});
      const location = response.headers.get('location');
      if (location === null) return at;
      at = new URL(location, at);
      if (at.href.startsWith(until)) return at;
    }
    throw new Error(`redirects without end, at ${at}`);
  }

  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin, pathname, search } = new URL(url);
    const headers = new Headers(init.headers);
    headers.set('cookie', this.cookiesAt(origin));
    const target = (this.#hosts[origin] ?? origin) + pathname + search;
    const response = await fetch(target, { ...init, headers, redirect: 'manual' });
    this.#keep(origin, response);
    return response;
  }

  cookiesAt(origin: string): string {
    const jar = this.#cookies.get(origin) ?? new Map();
    return [...jar].map((pair) => pair.join('=')).join('; ');
  }

  #keep(origin: string, response: Response): void {
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    for (const pair of cookiesOf(response).split('; ').filter(Boolean)) {
      const at = pair.indexOf('=');
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    this.#cookies.set(origin, jar);
  }
}
