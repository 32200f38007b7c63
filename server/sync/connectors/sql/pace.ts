import type { Outside } from '../outside-contract.ts';

/** When the statements of one connection may begin: nobody waits longer than it is open. */
export class Pace {
  readonly #outside: Outside;
  readonly #end = new AbortController();
  readonly #signal: AbortSignal;

  constructor(outside: Outside) {
    this.#outside = outside;
    this.#signal = AbortSignal.any([outside.signal, this.#end.signal]);
  }

  /** Nothing where there is no ceiling, so that nobody pays for one. */
  turn(): Promise<void> | undefined {
    return this.#outside.turn(this.#signal);
  }

  end(): void {
    this.#end.abort();
  }
}
