import type { UrlParts } from './kinds.ts';

type Pairs = Iterable<readonly [string, string]>;

export class SearchParams {
  #pairs: [string, string][] = [];
  #changed: ((text: string) => void) | undefined;

  constructor(given: unknown = '', changed?: (text: string) => void) {
    this.#changed = changed;
    if (typeof given === 'object' && given !== null) {
      const pairs = Symbol.iterator in given ? (given as Pairs) : Object.entries(given);
      for (const [name, value] of pairs) this.#pairs.push([String(name), String(value)]);
    } else {
      for (const part of String(given).replace(/^\?/, '').split('&')) {
        if (part === '') continue;
        const [name = '', ...rest] = part.split('=');
        this.#pairs.push([unescaped(name), unescaped(rest.join('='))]);
      }
    }
  }

  get size(): number {
    return this.#pairs.length;
  }
  get(name: string): string | null {
    return this.#pairs.find(([own]) => own === String(name))?.[1] ?? null;
  }
  getAll(name: string): string[] {
    return this.#pairs.filter(([own]) => own === String(name)).map(([, value]) => value);
  }
  has(name: string): boolean {
    return this.#pairs.some(([own]) => own === String(name));
  }
  append(name: string, value: string): void {
    this.#pairs.push([String(name), String(value)]);
    this.#tell();
  }
  set(name: string, value: string): void {
    const at = this.#pairs.findIndex(([own]) => own === String(name));
    this.#pairs = this.#pairs.filter(([own], place) => own !== String(name) || place === at);
    if (at < 0) this.#pairs.push([String(name), String(value)]);
    else this.#pairs[at] = [String(name), String(value)];
    this.#tell();
  }
  delete(name: string): void {
    this.#pairs = this.#pairs.filter(([own]) => own !== String(name));
    this.#tell();
  }
  sort(): void {
    this.#pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    this.#tell();
  }
  forEach(act: (value: string, name: string) => void): void {
    for (const [name, value] of this.#pairs) act(value, name);
  }
  entries() {
    return this.#pairs.map(([name, value]): [string, string] => [name, value]).values();
  }
  keys() {
    return this.#pairs.map(([name]) => name).values();
  }
  values() {
    return this.#pairs.map(([, value]) => value).values();
  }
  [Symbol.iterator]() {
    return this.entries();
  }
  toString(): string {
    return this.#pairs.map((pair) => pair.map(escaped).join('=')).join('&');
  }

  #tell(): void {
    this.#changed?.(this.toString());
  }
}

/** As forms have it. */
export function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/%20/g, '+')
    .replace(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function unescaped(text: string): string {
  const spaced = text.replace(/\+/g, ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

export class Url {
  #parts: UrlParts;
  #params: SearchParams | undefined;

  constructor(text: unknown, base?: unknown) {
    const parts = host.parseUrl(String(text), base === undefined ? undefined : String(base));
    if (!parts) throw new TypeError('Invalid URL');
    this.#parts = parts;
  }

  static canParse(text: unknown, base?: unknown): boolean {
    return Url.parse(text, base) !== null;
  }
  static parse(text: unknown, base?: unknown): Url | null {
    try {
      return new Url(text, base);
    } catch {
      return null;
    }
  }

  get origin(): string {
    return this.#parts.origin;
  }
  get searchParams(): SearchParams {
    this.#params ??= new SearchParams(this.#parts.search, (text) =>
      this.change('search', text, true),
    );
    return this.#params;
  }
  part(name: keyof UrlParts): string {
    return this.#parts[name];
  }
  change(name: string, value: string, isOfParams = false): void {
    const parts = host.changeUrl(this.#parts.href, name, String(value));
    if (!parts) throw new TypeError('Invalid URL');
    this.#parts = parts;
    if (!isOfParams) this.#params = undefined;
  }
  toString(): string {
    return this.#parts.href;
  }
  toJSON(): string {
    return this.#parts.href;
  }
}

/** The parts of a URL that can be read and written. */
export function giveParts(): void {
  const names = ['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port'];
  for (const name of [...names, 'pathname', 'search', 'hash']) {
    Object.defineProperty(Url.prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: Url) {
        return this.part(name as keyof UrlParts);
      },
      set(this: Url, value: string) {
        this.change(name, value);
      },
    });
  }
}
