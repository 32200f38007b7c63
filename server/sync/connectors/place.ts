import type { Outside } from './outside-contract.ts';

/** A session that asks one thing at a time has one connection, until it ends. */
export class Place {
  readonly #outside: Outside;
  #held: Promise<unknown> | undefined;

  constructor(outside: Outside) {
    this.#outside = outside;
  }

  async take(signal: AbortSignal): Promise<void> {
    this.#held ??= this.#outside.place(signal);
    try {
      await this.#held;
    } catch (error) {
      this.#held = undefined;
      throw error;
    }
  }
}
