import { parseArgs } from 'node:util';
import { joinEmbedded } from '../embedded.ts';

const { values } = parseArgs({
  options: { data: { type: 'string' }, binaries: { type: 'string' } },
});
if (!values.data) throw new Error('--data FOLDER is missing');

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const tell = (fields: object, message: string) => console.error(message, JSON.stringify(fields));
const begun = performance.now();
const embedded = await joinEmbedded({
  dataDirectory: values.data,
  log: { info: tell, warn: tell, error: tell },
  ...(values.binaries ? { binaries: values.binaries } : {}),
});
process.once('SIGTERM', async () => say({ ending: await embedded.stop() }));
const milliseconds = Math.round(performance.now() - begun);
say({ pid: process.pid, milliseconds, address: embedded.address });
