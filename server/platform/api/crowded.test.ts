import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeBot } from '../../messaging/testing/scene.ts';
import { shortId } from '../../runtime/ids.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { makeScene } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { makeSignedIn } from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const scene = await makeScene(app);
const owner = await makeSignedIn(app, scene.organization, 'owner');
const bot = await makeBot(app, shortId('organization', scene.organization), 'Bot');

/** Every write that is written down, and every new session, meets what a crowd at the same rows would meet. */
async function failWith(code: string): Promise<void> {
  await asOwner(
    app.address,
    `create or replace function platform.fail() returns trigger language plpgsql as $$
     begin raise exception 'no' using errcode = '${code}'; end $$;
     create or replace trigger fail before insert on platform.audit
       for each row execute function platform.fail();
     create or replace trigger fail before insert on platform.session
       for each row execute function platform.fail()`,
  );
}

type Write = { path: string; by: typeof fetch; headers?: Record<string, string>; body: object };
const writes: Record<string, Write> = {
  'the Scheduling API': {
    path: '/scheduling/bookings',
    by: fetch,
    headers: { authorization: scene.token },
    body: {
      start_datetime: '2031-05-07T09:00',
      location_id: scene.location.id,
      doctor_id: scene.doctor.id,
    },
  },
  'the Messaging API': {
    path: '/api/public/createChannel',
    by: fetch,
    headers: { authorization: `Bearer ${bot.key}` },
    body: { name: 'crowded' },
  },
  'the website': {
    path: '/api/messaging/channels',
    by: owner.fetch,
    body: { name: 'crowded' },
  },
  'the website about people': {
    path: '/api/platform/invitations',
    by: owner.fetch,
    body: { email: 'new@people.example', role: 'member' },
  },
  'signing in': {
    path: '/api/auth/sign-in/email',
    by: fetch,
    headers: { origin: app.url },
    body: { email: owner.email, password: owner.password },
  },
};

const crowd = { retryAfter: '1', message: /try again/ };
const outcomes = {
  '40P01': crowd,
  '40001': crowd,
  '55P03': crowd,
  '53100': { retryAfter: '60', message: /disk of the database is full/ },
};

for (const [code, { retryAfter, message }] of Object.entries(outcomes)) {
  describe(`what PostgreSQL ends with ${code} each time is a 503 that says when to try again, of`, () => {
    for (const [what, { path, by, headers, body }] of Object.entries(writes)) {
      test(what, async () => {
        await failWith(code);

        const response = await by(app.url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        });

        const said = (await response.json()) as Record<string, unknown>;
        assert.equal(response.status, 503, JSON.stringify(said));
        assert.equal(response.headers.get('retry-after'), retryAfter);
        assert.equal(said.status ?? said.error, 'overloaded');
        assert.match(String(said.message), message);
      });
    }
  });
}
