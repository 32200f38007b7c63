// A process of `heddle-extension dev`: serves a connector as it is now, and prints each call.
import { type ServedCall, serve } from '../serve.ts';
import { loadConnector } from './loading.ts';

const [file = '', port = '', host = ''] = process.argv.slice(2);

process.once('message', ({ secret }: { secret: string }) => {
  void begin(secret);
});
process.once('disconnect', () => process.exit());

async function begin(secret: string): Promise<void> {
  // Whoever writes it mends it; the next change begins anew.
  const connector = await loadConnector(file).catch(complain);
  if (connector === undefined) return;
  const options = { port: Number(port), host, secret, onCall: print };
  const serving = await serve(connector, options).catch(complain);
  if (serving === undefined) process.exit(1);
  console.log(`${connector.provider} answers at ${serving.url}`);
}

function complain(error: unknown): undefined {
  console.error(error instanceof Error ? error.message : error);
}

function print({ name, object, status, records, message, milliseconds }: ServedCall): void {
  const what = object === undefined ? name : `${name} ${object}`;
  const count = records === undefined ? '' : `, ${records} records`;
  const why = message === undefined ? '' : `: ${message}`;
  const at = new Date().toISOString().slice(11, 19);
  console.log(`${at} ${what}: ${status}${count}, ${milliseconds} ms${why}`);
}
