import { Server } from '../../../main.ts';
import { readConfig } from '../../../runtime/config.ts';
import { TestClock } from '../../../testing/clock.ts';
import { silent } from '../../../testing/cluster.ts';

/** A worker process on the database of a test, until it is killed. */
const [address = '', dataDirectory = ''] = process.argv.slice(2);
const config = readConfig({
  HEDDLE_DATA: dataDirectory,
  HEDDLE_ROLES: 'worker',
  HEDDLE_ALLOW_PRIVATE_HOSTS: '1',
  LOG_LEVEL: 'silent',
});
const server = new Server(config, JSON.parse(address), silent, new TestClock());
await server.start();
process.send?.('working');
