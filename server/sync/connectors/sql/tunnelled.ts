import type { Outside } from '../outside-contract.ts';
import { Tunnel } from '../tunnel.ts';
import type { Place } from './place.ts';

/** The one tunnel of a session, where its database stands behind one. */
export class Tunnelled {
  readonly #place: Place;
  readonly #outside: Outside;
  #tunnel: Promise<Tunnel> | undefined;

  constructor(place: Place, outside: Outside) {
    this.#place = place;
    this.#outside = outside;
  }

  open(): Promise<Tunnel> | undefined {
    const { ssh, host, port } = this.#place;
    if (!ssh) return undefined;
    const opened = this.#tunnel ?? Tunnel.open(ssh, { host, port }, this.#outside);
    this.#tunnel = opened;
    // One that failed is not kept: the next one may come about.
    opened.catch(() => {
      if (this.#tunnel === opened) this.#tunnel = undefined;
    });
    return opened;
  }

  async close(): Promise<void> {
    await (await this.#tunnel?.catch(() => undefined))?.close();
  }
}
