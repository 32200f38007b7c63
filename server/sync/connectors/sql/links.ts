import { ConnectorError } from '../failure.ts';

type Closable = { close(): Promise<void>; abandon(): Promise<void> };

/** The connections of a session to its database, opened when they are needed. */
export class Links<Link extends Closable> {
  readonly #open: () => Promise<Link>;
  readonly #signal: AbortSignal;
  readonly #links = new Set<Link>();
  #shared: Promise<Link> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(open: () => Promise<Link>, signal: AbortSignal) {
    this.#open = open;
    this.#signal = signal;
  }

  /** What takes no time shares a connection, one after the other; one that has failed is not used again. */
  briefly<T>(work: (link: Link) => Promise<T>): Promise<T> {
    const mine = this.#turn.then(async () => {
      this.#shared ??= this.#watched(this.#open, this.#signal);
      try {
        return await work(await this.#shared);
      } catch (error) {
        if (error instanceof ConnectorError && error.kind === 'retry') await this.#drop();
        throw error;
      }
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Gives up the shared connection first: a system may allow only one. */
  async alone(signal: AbortSignal, open = this.#open): Promise<Link> {
    this.#turn = this.#turn.then(() => this.#drop());
    await this.#turn;
    return this.#watched(open, signal);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#links].map((link) => link.close()));
  }

  async #drop(): Promise<void> {
    const shared = await this.#shared?.catch(() => undefined);
    this.#shared = undefined;
    await shared?.close();
  }

  async #watched(open: () => Promise<Link>, signal: AbortSignal): Promise<Link> {
    const link = await open();
    this.#links.add(link);
    const abandon = () => void link.abandon();
    if (signal.aborted) abandon();
    signal.addEventListener('abort', abandon, { once: true });
    // Whoever uses it closes it, and a session may last for months.
    const close = link.close.bind(link);
    link.close = async () => {
      this.#links.delete(link);
      signal.removeEventListener('abort', abandon);
      await close();
    };
    return link;
  }
}
