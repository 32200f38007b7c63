import { simulators } from '../../server/testing/simulators/list.ts';

// A vendor's system in a process of its own, with so many records, which never says that it is asked too much.

const [provider = '', records = ''] = process.argv.slice(2);
const start = simulators[provider];
if (!start) throw new Error(`There is no simulator of ${provider}.`);
const simulator = await start({ records: Number(records), isUnlimited: true });
const { url, config, credentials } = simulator;
const told = { port: Number(new URL(url).port), pid: process.pid, url, config, credentials };
process.stdout.write(`${JSON.stringify(told)}\n`);
process.on('SIGTERM', () => process.exit(0));
