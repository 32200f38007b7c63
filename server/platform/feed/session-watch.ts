import { LRUCache } from 'lru-cache';
import { loggable } from '../../runtime/log.ts';
import type { Platform } from '../platform.ts';
import type { Listener, Listeners } from './listeners.ts';

const announcedMax = 10_000;

type Services = Pick<Platform, 'listener' | 'sessions' | 'log'>;

/**
 * Closes the streams of a session that has ended or works for another organization now: every
 * process hears of it with the commit.
 */
export class SessionWatch {
  readonly #services: Services;
  /** Recent announcements: a listener that was let in before one may begin to listen after it. */
  readonly #announced = new LRUCache<string, true>({ max: announcedMax });

  constructor(services: Services, open: Listeners) {
    this.#services = services;
    services.listener.on('session', (id) => {
      this.#announced.set(id, true);
      void this.check(open.all().filter(({ sessionId }) => sessionId === id));
    });
    // Anything may have been missed.
    services.listener.onLost(() => void this.check(open.all()));
  }

  /** Checks a new listener against recent announcements. */
  look(listener: Listener): void {
    if (this.#announced.has(listener.sessionId)) void this.check([listener]);
  }

  async check(listeners: readonly Listener[]): Promise<void> {
    if (listeners.length === 0) return;
    const { sessions, log } = this.#services;
    try {
      const living = await sessions.living(listeners.map(({ sessionId }) => sessionId));
      for (const listener of listeners) {
        if (living.get(listener.sessionId) !== listener.organization) listener.close();
      }
    } catch (error) {
      log.warn(loggable(error), 'the sessions of listeners cannot be checked');
    }
  }
}
