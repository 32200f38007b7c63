import { asOwner } from '../runtime/testing/owner.ts';
import type { TestServer } from './server.ts';

type Moved = Pick<TestServer, 'clock' | 'address'>;
type Step = Parameters<TestServer['clock']['advance']>[0];

/** Sets the clock of the servers and that of their database. */
export async function setTime(app: Moved, now: Date | string): Promise<void> {
  app.clock.set(now);
  await follow(app);
}

/** Moves both clocks on. */
export async function advanceTime(app: Moved, step: Step): Promise<void> {
  app.clock.advance(step);
  await follow(app);
}

/** The database of a test takes the time from a function of the test's own. */
async function follow({ clock, address }: Moved): Promise<void> {
  await asOwner(
    address,
    `create or replace function platform.clock() returns timestamptz
     language sql volatile parallel safe
     return clock_timestamp() + interval '${clock.aheadMilliseconds} milliseconds'`,
  );
}
