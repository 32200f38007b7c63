import { migrateDatabase } from '../../main.ts';
import { silent } from '../../testing/cluster.ts';

/** A process that migrates the database of its argument, and prints what it applied. */
const [address = ''] = process.argv.slice(2);
console.log(JSON.stringify(await migrateDatabase(JSON.parse(address), silent)));
