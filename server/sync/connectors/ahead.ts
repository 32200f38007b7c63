import { setImmediate } from 'node:timers/promises';

/** Else it would be sent after the work on the page before it, during which nothing else happens. */
const turnsUntilSent = 2;

type Ask<Page> = (signal: AbortSignal) => Promise<Page>;

/**
 * Pages, of which the next one is asked for while the one before is worked on: one at most, which is
 * broken off with whoever reads them.
 * @param following how the page after this one is asked for; undefined after the last one
 */
export async function* readAhead<Page>(
  first: Ask<Page>,
  following: (page: Page) => Ask<Page> | undefined,
  signal?: AbortSignal,
): AsyncGenerator<Page> {
  const own = new AbortController();
  const either = AbortSignal.any([...(signal ? [signal] : []), own.signal]);
  const begin = (ask: Ask<Page>) => {
    const page = ask(either);
    // Told to whoever waits for it, if anybody does.
    page.catch(() => undefined);
    return page;
  };
  try {
    for (let asked: Promise<Page> | undefined = begin(first); asked; ) {
      const page: Page = await asked;
      const next = following(page);
      asked = next && begin(next);
      for (let turn = 0; asked && turn < turnsUntilSent; turn += 1) await setImmediate();
      yield page;
    }
  } finally {
    own.abort();
  }
}
