import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../../contract/client.ts';
import { scheduling } from '../../contract/scheduling/index.ts';
import { patientBody } from '../../server/scheduling/testing/scene.ts';

/** Where the server is just now; it moves when it is started again. */
export type Place = { url: string; token: string };

/** One patient who wants one opening, and the appointment that was answered. */
export type Attempt = { key: string; opening: string; guid?: string; tries: number };

const clients = 6;
const pauseMilliseconds = 25;

/** Several clients book all attempts; one whose answer was lost asks again with the same key. */
export async function bookAll(place: Place, attempts: readonly Attempt[]): Promise<void> {
  const waiting = [...attempts];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await bookSurely(place, next);
  };
  await Promise.all(Array.from({ length: clients }, work));
}

/** The guid that is answered to a key, or undefined when the answer was lost. */
export async function book(place: Place, { key, opening }: Attempt): Promise<string | undefined> {
  const client = createClient(scheduling, { url: place.url, authorization: place.token });
  const headers = { 'idempotency-key': key };
  const input = { body: patientBody(opening, { last_name: key }) };
  const answer = await client.createPatient(input, { headers }).catch(() => undefined);
  if (answer?.ok) return answer.body.appointment_guid;
  if (answer) assert.equal(answer.status, 503, `${key}: ${JSON.stringify(answer.error)}`);
  return undefined;
}

async function bookSurely(place: Place, attempt: Attempt): Promise<void> {
  while (attempt.guid === undefined) {
    attempt.tries += 1;
    const guid = await book(place, attempt);
    if (guid) attempt.guid = guid;
    else await sleep(pauseMilliseconds);
  }
}
