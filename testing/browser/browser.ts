import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import {
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { type Member, makeMember, openSession } from '../../server/testing/people.ts';
import type { TestServer } from '../../server/testing/server.ts';
import { ensureSite } from '../../web/build/ensure.ts';
import { chromiumPath } from './chromium.ts';
import { Seats } from './seats.ts';

/** Widths that every page is looked at: a phone and a desk. */
export const phone = { width: 390, height: 844 };
export const desk = { width: 1440, height: 900 };

const screenshotFolder = join(import.meta.dirname, 'dist/screenshots');
const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Else every function is parsed again for the first stack that somebody asks for.
  '--js-flags=--no-enable-lazy-source-positions',
];

export type Visitor = {
  page: Page;
  context: BrowserContext;
  /** What the console complained of: errors, refused by policy, thrown; a test expects none. */
  complaints: string[];
};

export type Person = Visitor & { member: Member };

/**
 * One browser for a test file: `const browser = await openBrowser(app);` at its top. It is closed at
 * the end of the file.
 */
export async function openBrowser(app: TestServer) {
  await ensureSite(() => console.log('Building the website…'));
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: launchArguments,
    handleSIGINT: false,
  });
  after(() => browser.close());
  const seats = new Seats(browser, {
    baseURL: addressOf(app),
    viewport: desk,
    reducedMotion: 'reduce',
    locale: 'en-US',
  });
  return {
    /** Somebody who is not signed in, at a page of their own (`page.goto('/inbox')`). */
    newVisitor: (options: BrowserContextOptions = {}) => newVisitor(seats, options),
    /** A new member of an organization, signed in. */
    newPerson: (
      organization: number,
      given: Parameters<typeof makeMember>[2] = {},
      options: BrowserContextOptions = {},
    ) => newPerson(seats, app, organization, given, options),
  };
}

export type TestBrowser = Awaited<ReturnType<typeof openBrowser>>;

/** By the name that the server gives itself: passkeys hold for one. */
function addressOf({ url }: TestServer): string {
  return url.replace('127.0.0.1', 'localhost');
}

async function newVisitor(seats: Seats, options: BrowserContextOptions): Promise<Visitor> {
  const { context, page, complaints } = await seats.take(options);
  return { context, page, complaints };
}

async function newPerson(
  seats: Seats,
  app: TestServer,
  organization: number,
  given: Parameters<typeof makeMember>[2],
  options: BrowserContextOptions,
): Promise<Person> {
  const member = await makeMember(app, organization, given);
  const visitor = await newVisitor(seats, options);
  const { cookie } = await openSession(app, organization, member);
  const cookies = cookie.split('; ').map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return {
      name,
      value: value.join('='),
      url: addressOf(app),
      httpOnly: true,
      sameSite: 'Lax' as const,
    };
  });
  await visitor.context.addCookies(cookies);
  return { ...visitor, member };
}

/**
 * Pictures of the page as it is now, at both widths, in a folder that git ignores: with
 * `SCREENSHOTS=1 npm test -- web`.
 */
export async function takeScreenshots(page: Page, name: string): Promise<void> {
  if (!process.env.SCREENSHOTS) return;
  mkdirSync(screenshotFolder, { recursive: true });
  const before = page.viewportSize();
  for (const size of [phone, desk]) {
    await page.setViewportSize(size);
    const path = join(screenshotFolder, `${name}-${size.width}.png`);
    await page.screenshot({ path, animations: 'disabled' });
  }
  if (before) await page.setViewportSize(before);
}
