import { serve } from '@heddle/extension-sdk';
import connector from './connector.ts';

const secret = process.env.EXTENSION_SECRET;
if (secret === undefined)
  throw new Error('EXTENSION_SECRET must be the secret of the registration.');
const port = Number(process.env.PORT ?? 4700);

const { url } = await serve(connector, { port, secret, onCall: (call) => console.log(call) });
console.log(`The recall list answers at ${url}`);
