import type { Access } from './authorization.ts';

/** How a connector meets what is outside: nothing else of the machine is open to it. */
export type Outside = {
  /**
   * The addresses of a name that may be connected to, looked up anew each time; connect to one of
   * these, never to the name. @throws ConnectorError when none is allowed
   */
  resolve(host: string): Promise<readonly string[]>;
  /** As the global one, guarded at the moment of connecting; redirects are answered, not followed. */
  fetch: typeof globalThis.fetch;
  /** The real path of a file or folder below that of the organization. @throws ConnectorError */
  localPath(path: string): Promise<string>;
  /** A folder for temporary files that is deleted with the session. */
  temporaryFolder(): Promise<string>;
  /**
   * Waits for a turn within `config.max_requests_per_second`, and within the limit that the system has
   * for such requests, over all processes; without either there is nothing to wait for.
   */
  turn(signal?: AbortSignal, limit?: RequestLimit): Promise<void> | undefined;
  /**
   * Waits for a place within `config.max_connections`, over all processes, and answers what gives it
   * back; what is still held when the session ends is given back then.
   */
  place(signal?: AbortSignal): Promise<() => Promise<void>>;
  /** What a person has given; `refused`: a token that is not taken any more. @throws ConnectorError */
  access(refused?: string): Promise<Access>;
  readonly signal: AbortSignal;
};

/** How many requests of one kind a system takes. */
export type RequestLimit = { readonly name: string; readonly perSecond: number };
