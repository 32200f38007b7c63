// A server that has a sandbox at work, for tests that end it.
import { Sandbox } from '../sandbox.ts';

const sandbox = new Sandbox({ processes: 1, recordMilliseconds: 600_000 });
const code = 'module.exports = (record) => { if (record.isEndless) for (;;); return record; }';
const work = { organization: 1, key: 'code', type: 'javascript', code } as const;
await sandbox.run({ ...work, records: [{}] });
if (process.argv[2] === 'busy') void sandbox.run({ ...work, records: [{ isEndless: true }] });
process.stdout.write(`${sandbox.pids[0]}\n`);
if (process.argv[2] === 'waiting') process.stdin.resume();
