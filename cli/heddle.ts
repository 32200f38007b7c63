import { outliveReaders } from './output.ts';
import { run } from './program.ts';

outliveReaders();
await run(process.argv.slice(2));
