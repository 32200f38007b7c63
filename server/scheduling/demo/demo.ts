import { schedulingScopes } from '../../../contract/scheduling/index.ts';
import type { Caller } from '../../platform/access/callers.ts';
import { type Credentials, createConsumer } from '../../platform/consumers/consumers.ts';
import type { WriteContext } from '../../platform/context.ts';
import type { Demo, DemoTerms } from '../../platform/product.ts';
import { createPractice } from '../practices/practices.ts';
import { liven } from './appointments.ts';
import { openDays } from './openings.ts';
import { neighbourhoods } from './people.ts';
import { practices } from './practices.ts';

/** Of a client's id and secret, in characters. */
type Lengths = { id: number; secret: number };

type Remembered = { practices: Awaited<ReturnType<typeof createPractice>>[]; lengths?: Lengths };

/** With the colon between them 48 bytes: `openssl base64` writes them in one line. */
const shortLengths: Lengths = { id: 14, secret: 33 };
/** Demos of earlier versions remember none. */
const earlierLengths: Lengths = { id: 26, secret: 52 };

/** Practices with a full calendar, and a program that uses their API. */
export const demo: Demo = {
  prepare: async () => load,
  show(remembered, secret) {
    const { practices: opened, lengths = earlierLengths } = remembered as Remembered;
    return { credentials: credentialsOf(secret, lengths), made: { practices: opened } };
  },
  describe(shown, url) {
    const { consumer } = shown as ReturnType<typeof credentialsOf>;
    return `
  Credentials for its scheduling API:
    client id         ${consumer.client_id}
    client secret     ${consumer.client_secret}
  Try it:
    TOKEN=$(curl -s -u ${consumer.client_id}:${consumer.client_secret} \\
      -d grant_type=client_credentials ${url}/oauth2/token | cut -d '"' -f 4)
    curl -H "Authorization: $TOKEN" ${url}/scheduling/practices
`;
  },
};

async function load(operator: WriteContext, { secret }: DemoTerms): Promise<Remembered> {
  const { tx, organization, now } = operator;
  const { consumer } = credentialsOf(secret, shortLengths);
  const partner = { name: 'Demo partner', scopes: schedulingScopes, ...terms };
  const made = await createConsumer(tx, organization, partner, now, consumer);
  const ctx = asConsumer(operator, made.id);
  const opened: Remembered['practices'] = [];
  for (const practice of practices) {
    const shown = await createPractice(ctx, practice);
    const openings = await openDays(ctx, shown);
    const neighbourhood = neighbourhoods[practice.country ?? ''];
    if (neighbourhood) await liven(ctx, shown, neighbourhood, openings);
    opened.push(shown);
  }
  return { practices: opened, lengths: shortLengths };
}

const terms = { resourceIds: null, plan: 'enterprise' } as const;

/** Demos of earlier versions had the program of Sync from here. */
function credentialsOf(secret: DemoTerms['secret'], lengths: Lengths) {
  const client = (id: string, password: string): Credentials => ({
    client_id: secret(id, lengths.id),
    client_secret: secret(password, lengths.secret),
  });
  return { consumer: client('id', 'secret'), sync: client('sync id', 'sync secret') };
}

function asConsumer(ctx: WriteContext, id: number): WriteContext {
  const caller: Caller = { ...ctx.caller, kind: 'consumer', id, resourceIds: null };
  return { ...ctx, caller };
}
