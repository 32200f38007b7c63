import type { Config } from '../../runtime/config.ts';
import type { Database } from '../../runtime/database/database.ts';
import type { Log } from '../../runtime/log.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Provider } from './provider.ts';

/** Holds better-auth, which takes 50 MB and a good part of a second: it is loaded when it is needed. */
export class SignIn {
  readonly #settings: { config: Config; database: Database; log: Log };
  readonly #sessions: Sessions;
  #provider: Promise<Provider> | undefined;

  constructor(config: Config, database: Database, sessions: Sessions, log: Log) {
    this.#settings = { config, database, log };
    this.#sessions = sessions;
  }

  provider(): Promise<Provider> {
    if (!this.#provider) {
      const loading = this.#load();
      loading.catch(() => {
        this.#provider = undefined;
      });
      this.#provider = loading;
    }
    return this.#provider;
  }

  async close(): Promise<void> {
    const provider = await this.#provider?.catch(() => undefined);
    await provider?.close();
  }

  async #load(): Promise<Provider> {
    const secret = await this.#sessions.secret();
    const { openProvider } = await import('./provider.ts');
    return openProvider({ ...this.#settings, secret });
  }
}
