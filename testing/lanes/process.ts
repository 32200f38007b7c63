// Runs one test file after the other, as it is told: what they share is loaded once. Each is a suite
// of its own, so what it starts ends with it.
import { on } from 'node:events';
import { describe, mock } from 'node:test';

process.once('disconnect', () => process.exit(1));

for await (const [path] of on(process, 'message')) {
  if (path === '') break;
  await describe(path, async () => {
    await import(path);
  });
  mock.reset();
}
// Now it ends as soon as nothing is left to be done, which also shows what was left behind.
process.channel?.unref();
