import { setForImport } from '../../../runtime/config.ts';

/** What is used of the driver of Snowflake. */
export type Driver = {
  createConnection(options: Readonly<Record<string, unknown>>): Connection;
  configure(options: Readonly<Record<string, unknown>>): void;
};

export type Connection = {
  connectAsync(callback: (error: DriverError | undefined) => void): Promise<unknown>;
  execute(options: Readonly<Record<string, unknown>>): Statement;
  destroy(callback: (error: DriverError | undefined) => void): void;
};

export type DriverError = Error & {
  readonly code?: number | string;
  readonly sqlState?: string;
  readonly cause?: unknown;
};

export type Column = {
  getName(): string;
  getType(): string;
  getScale(): number | null;
  getPrecision(): number | null;
};

export type Statement = {
  getColumns(): readonly Column[];
  streamRows(): AsyncIterable<unknown[]> & { destroy(): void };
  cancel(callback: (error: DriverError | undefined) => void): void;
};

/** What sends the requests of the driver; it is given to it, or made for each of its connections. */
export type Sender = { readonly httpClient: object } | { readonly httpClientClass: object };

/**
 * While it is imported the driver would ask the clouds where it runs, load machine code of its own and
 * later tell of its connections.
 */
const silence = {
  SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
  SNOWFLAKE_DISABLE_MINICORE: 'true',
  SF_TELEMETRY_DISABLE_CONNECTION_SHAPE: 'true',
};

/**
 * The driver, with another sender than its own and no log: by itself it writes one beside the server.
 * Certificates are checked as those of every other system are, without asking their authorities.
 */
export async function loadDriver(sender: Sender): Promise<Driver> {
  setForImport(silence);
  const { default: make } = await import('snowflake-sdk/dist/lib/core.js');
  const client = { version: '3.3.0', name: 'JavaScript', environment: {} };
  const driver = make({ ...sender, loggerClass: SilentLog, client }) as Driver;
  driver.configure({ disableOCSPChecks: true, useEnvProxy: false });
  return driver;
}

class SilentLog {
  configure() {}
  error() {}
  warn() {}
  info() {}
  debug() {}
  trace() {}
}
