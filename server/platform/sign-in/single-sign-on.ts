import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../runtime/config.ts';
import { ask, readRefusal, send } from './forwarding.ts';
import type { SignIn } from './loading.ts';

type Services = { config: Config; signIn: SignIn };

/** Answers the URL of the identity provider to go to. */
export async function beginSingleSignOn(
  { config, signIn }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const { callbackURL = '/', errorCallbackURL = '/sign-in' } = request.body as {
    callbackURL?: unknown;
    errorCallbackURL?: unknown;
  };
  const body = { provider: 'oidc', callbackURL, errorCallbackURL, disableRedirect: true };
  const path = '/api/auth/sign-in/social';
  const handler = await signIn.singleSignOnHandler();
  return send(reply, await ask(handler, request, config.publicUrl, { path, body }));
}

/** Where the identity provider sends people back to; the page shows why somebody was refused. */
export async function endSingleSignOn(
  { config, signIn }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const handler = await signIn.singleSignOnHandler();
  const response = await ask(handler, request, config.publicUrl);
  if (response.status < 400) return send(reply, response);
  const { code } = await readRefusal(response);
  return reply.redirect(`${config.publicUrl}/sign-in?error=${encodeURIComponent(code)}`);
}
