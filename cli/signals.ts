type Running = { stop(): Promise<void> };

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
// A terminal sends Ctrl-C to npm and to us, and npm passes it on: so soon after it is the same one.
const echoMilliseconds = 500;

/**
 * Starts something and stops it at the first signal, also at one that comes while it is starting.
 * A second signal does not wait.
 */
export async function runUntilSignal(start: () => Promise<Running>): Promise<void> {
  const asked = Promise.withResolvers<void>();
  let askedAt: number | undefined;
  const hear = () => {
    askedAt ??= performance.now();
    if (performance.now() - askedAt > echoMilliseconds) process.exit(1);
    asked.resolve();
  };
  for (const signal of signals) process.on(signal, hear);
  const running = await start();
  await asked.promise;
  await running.stop();
}
