import { setTimeout } from 'node:timers/promises';

const patienceMilliseconds = 180_000;
const pauseMilliseconds = 50;

/** Asks until there is an answer. @throws Error after three minutes */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + patienceMilliseconds;
  while (performance.now() < deadline) {
    // A server that was just killed does not answer.
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    await setTimeout(pauseMilliseconds);
  }
  throw new Error(`The story waits in vain until ${what}.`);
}

/** What was answered. @throws Error with what was refused */
export function bodyOf<T>(answer: { ok: boolean }): T {
  const given = answer as { ok: boolean; body: T; status: number; error: unknown };
  if (given.ok) return given.body;
  throw new Error(`The story ends: ${given.status} ${JSON.stringify(given.error)}`);
}
