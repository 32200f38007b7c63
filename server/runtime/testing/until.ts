const patienceMilliseconds = 120_000;
const pauseMilliseconds = 20;

/** Asks until there is an answer other than undefined or false, and gives up after two minutes. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`Waited two minutes in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
}
