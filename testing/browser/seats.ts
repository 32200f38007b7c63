import { afterEach, beforeEach } from 'node:test';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** How Chromium notes the answer to "who is signed in?" when nobody is. */
const asksWhoIsThere = /status of 401/;
// As long as `until` waits: a slow machine fails nothing.
const patienceMilliseconds = 60_000;

/** A page in a context of its own, for one after the other. */
export class Seat {
  readonly context: BrowserContext;
  readonly page: Page;
  complaints: string[] = [];

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    context.setDefaultTimeout(patienceMilliseconds);
    context.on('console', (message) => {
      const isMeant =
        !/^(error|warning)$/.test(message.type()) || asksWhoIsThere.test(message.text());
      if (!isMeant) this.complaints.push(`${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.complaints.push(String(error.error())));
  }
}

/**
 * Whoever came during a test leaves with it: a page that stays open goes on hearing all that happens.
 * Who was there before the first test stays for all of them. A seat is cleared and used again: a page
 * takes 0.9 s of the processor where its process has run the website before, and else 2.3 (measured
 * with Chromium alone).
 */
export class Seats {
  readonly #browser: Browser;
  readonly #usual: BrowserContextOptions;
  readonly #free: Seat[] = [];
  readonly #taken = new Map<Seat, { isUsual: boolean }>();

  constructor(browser: Browser, usual: BrowserContextOptions) {
    this.#browser = browser;
    this.#usual = usual;
    let stay = new Set<Seat>();
    beforeEach(() => {
      stay = new Set(this.#taken.keys());
    });
    afterEach(async () => {
      const leaving = [...this.#taken.keys()].filter((seat) => !stay.has(seat));
      await Promise.all(leaving.map((seat) => this.#giveBack(seat)));
    });
  }

  async take(options: BrowserContextOptions): Promise<Seat> {
    const isUsual = Object.keys(options).length === 0;
    const seat = (isUsual && this.#free.pop()) || (await this.#open(options));
    this.#taken.set(seat, { isUsual });
    return seat;
  }

  async #open(options: BrowserContextOptions): Promise<Seat> {
    const context = await this.#browser.newContext({ ...this.#usual, ...options });
    return new Seat(context, await context.newPage());
  }

  async #giveBack(seat: Seat): Promise<void> {
    const isUsual = this.#taken.get(seat)?.isUsual === true;
    this.#taken.delete(seat);
    // One that cannot be cleared, since it is gone or under way to another page, is not used again.
    const isClear = isUsual && (await this.#clear(seat).catch(() => false));
    if (isClear) this.#free.push(seat);
    else await seat.context.close();
  }

  /** Leaves nothing of whoever sat here. */
  async #clear(seat: Seat): Promise<boolean> {
    const { context, page } = seat;
    for (const other of context.pages()) if (other !== page) await other.close();
    for (const event of ['dialog', 'request'] as const) page.removeAllListeners(event);
    await context.unrouteAll({ behavior: 'ignoreErrors' });
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await context.setOffline(false);
    await context.clearCookies();
    await context.clearPermissions();
    if (page.url() === 'about:blank') return true;
    // Of the same site, so that the process stays, and without code.
    await page.goto('/healthz');
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize(this.#usual.viewport as { width: number; height: number });
    await page.mouse.move(0, 0);
    seat.complaints = [];
    return true;
  }
}
