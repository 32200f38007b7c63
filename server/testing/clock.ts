import type { Clock } from '../runtime/clock.ts';

/** A clock that goes on by itself, and can be moved. */
export class TestClock implements Clock {
  #offset = 0;

  get aheadMilliseconds(): number {
    return this.#offset;
  }

  now(): Date {
    return new Date(Date.now() + this.#offset);
  }

  advance({ seconds = 0, minutes = 0, hours = 0, days = 0 }): void {
    this.#offset += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  }

  set(now: Date | string): void {
    this.#offset = new Date(now).getTime() - Date.now();
  }
}
