import type { Config } from '../../runtime/config.ts';
import type { Database } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Handler } from './forwarding.ts';
import type { Provider } from './provider.ts';

/**
 * Holds better-auth, which takes 50 MB and a good part of a second: it is loaded when first needed.
 */
export class SignIn {
  readonly #settings: { config: Config; database: Database; log: Log };
  readonly #sessions: Sessions;
  #provider: Promise<Provider> | undefined;
  #singleSignOn: Promise<Handler> | undefined;

  constructor(config: Config, database: Database, sessions: Sessions, log: Log) {
    this.#settings = { config, database, log };
    this.#sessions = sessions;
  }

  /** Begins to load it, when somebody opens the sign-in page. */
  prepare(): void {
    this.#open().catch(() => undefined);
  }

  async handler(): Promise<Handler> {
    return (await this.#open()).handler;
  }

  /** @throws AppError overloaded (503) while the identity provider cannot be reached */
  singleSignOnHandler(): Promise<Handler> {
    if (!this.#singleSignOn) {
      const opening = this.#openSingleSignOn();
      opening.catch(() => {
        this.#singleSignOn = undefined;
      });
      this.#singleSignOn = opening;
    }
    return this.#singleSignOn;
  }

  async close(): Promise<void> {
    const provider = await this.#provider?.catch(() => undefined);
    await provider?.close();
  }

  #open(): Promise<Provider> {
    if (!this.#provider) {
      const loading = this.#load();
      loading.catch(() => {
        this.#provider = undefined;
      });
      this.#provider = loading;
    }
    return this.#provider;
  }

  async #load(): Promise<Provider> {
    const secret = await this.#sessions.secret();
    const { openProvider } = await import('./provider.ts');
    return openProvider({ ...this.#settings, secret });
  }

  async #openSingleSignOn(): Promise<Handler> {
    const handler = await (await this.#open()).singleSignOn();
    if (handler) return handler;
    throw new AppError('overloaded', {
      message: 'The identity provider cannot be reached; try again, or sign in another way.',
      headers: { 'retry-after': '10' },
    });
  }
}
