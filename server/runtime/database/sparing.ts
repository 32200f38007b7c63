import { Overtaken } from './again.ts';
import { isLasting } from './failures.ts';
import type { Tx } from './tx.ts';

/**
 * Takes several things together; one that cannot be taken, however often it is tried, is found by halves
 * and left out, so that it holds up no other. @throws whatever may be gone at the next attempt
 */
export async function takeSparing<Thing>(
  tx: Tx,
  things: readonly Thing[],
  take: (tx: Tx, things: readonly Thing[]) => Promise<void>,
  leaveOut: (thing: Thing, error: unknown) => void,
): Promise<void> {
  try {
    await tx.attempt(() => take(tx, things));
  } catch (error) {
    if (error instanceof Overtaken || !isLasting(error)) throw error;
    const middle = things.length >> 1;
    if (middle === 0) {
      for (const thing of things) leaveOut(thing, error);
      return;
    }
    await takeSparing(tx, things.slice(0, middle), take, leaveOut);
    await takeSparing(tx, things.slice(middle), take, leaveOut);
  }
}
