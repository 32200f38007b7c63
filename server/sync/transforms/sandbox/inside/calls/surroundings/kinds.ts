/** What code of others finds around it is made of these: the process of the sandbox does them. */
export interface Host {
  /** Answered by `settle`: a request that is sent, or some milliseconds that pass. */
  begin(id: number, kind: 'fetch' | 'sleep', given: string | number): void;
  parseUrl(text: string, base?: string): UrlParts | undefined;
  changeUrl(text: string, part: string, value: string): UrlParts | undefined;
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array, label: string, isFatal: boolean): string;
  toBase64(bytes: Uint8Array): string;
  fromBase64(text: string): Uint8Array | undefined;
  random(bytes: number): Uint8Array;
  hash(name: string, bytes: Uint8Array): Uint8Array | undefined;
  hmac(name: string, key: Uint8Array, bytes: Uint8Array): Uint8Array | undefined;
}

export interface UrlParts {
  href: string;
  origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
}

/** What of a request goes out of an isolate. */
export interface OutgoingRequest {
  url: string;
  method: string;
  headers: [string, string][];
  text?: string;
  base64?: string;
}

/** And what comes back. */
export interface IncomingResponse {
  error?: string;
  status?: number;
  statusText?: string;
  url?: string;
  headers?: [string, string][];
  text?: string;
  base64?: string;
}

/** Within the isolate, beside what the language brings along. */
declare global {
  var host: Host;
}
