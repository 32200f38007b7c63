// Runs the commands that it is sent, one after the other, each in its own environment.
import { on } from 'node:events';
import { run } from '../program.ts';
import { type Asked, mark } from './shell.ts';

process.once('disconnect', () => process.exit());

for await (const [{ args, environment }] of on(process, 'message') as AsyncIterable<[Asked]>) {
  process.env = environment;
  process.exitCode = 0;
  await run(args);
  process.stdout.write(mark);
  process.stderr.write(mark);
  process.send?.(process.exitCode);
}
