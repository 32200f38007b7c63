import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startSmtp } from '../../scheduling/testing/mails.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { lastMail } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSignedIn, openWebsite } from '../testing/website.ts';

const smtp = await startSmtp(new Map([['refused@people.example', [550]]]));
const app = await startServer({ SMTP_URL: smtp.url });
after(() => smtp.close());
const organization = await makeOrganization(app, 'Weavers\r\nBcc: all@people.example');
const owner = await makeSignedIn(app, organization, 'owner');

async function inviteAndWait(email: string): Promise<void> {
  bodyOf(await owner.website.invite({ body: { email, role: 'member' } }));
  await until('the outbox has let go of it', async () => (await lastMail(app, email))?.body === '');
}

test('an invitation arrives, and once it is sent the outbox has forgotten the link', async () => {
  await inviteAndWait('new@people.example');

  const [delivery, ...more] = smtp.deliveries.filter(
    ({ recipient }) => recipient === 'new@people.example',
  );
  assert.equal(more.length, 0);
  const text = (delivery?.text ?? '').replaceAll('=\r\n', '');
  const token = /\/invitations\/([\w-]+)/.exec(text)?.[1];
  assert.ok(token, text);
  const invitation = bodyOf(await openWebsite(app).getInvitation({ params: { token } }));
  assert.equal(invitation.state, 'open');
  assert.doesNotMatch(text, /^Bcc:/m);
});

test('a link that could not be delivered is forgotten, too', async () => {
  await inviteAndWait('refused@people.example');

  assert.ok(smtp.deliveries.every(({ recipient }) => recipient !== 'refused@people.example'));
});
