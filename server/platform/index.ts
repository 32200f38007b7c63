import { slugOf } from '../../contract/errors.ts';
import { platform } from '../../contract/platform/index.ts';
import type { Config } from '../runtime/config.ts';
import type { Database } from '../runtime/database/database.ts';
import type { Edge } from '../runtime/http/edge.ts';
import type { Enqueue } from '../runtime/jobs/jobs.ts';
import type { Routes } from './api/routes.ts';
import { acceptInvitation, getInvitation, joinOrganization } from './invitations/acceptance.ts';
import { invite, listInvitations, revokeInvitation } from './invitations/invitations.ts';
import type { ProductMembers } from './members/ending.ts';
import { changeMember, changeOrganization, endMember, listMembers } from './members/members.ts';
import { changeProfile, getSession, switchOrganization } from './sessions/people.ts';
import type { SignIn } from './sign-in/loading.ts';

export { platform as api } from '../../contract/platform/index.ts';

type Services = {
  config: Config;
  database: Database;
  enqueue: Enqueue;
  members: ProductMembers;
  signIn: SignIn;
};

/** Every endpoint about people and organizations, and the function behind it. */
export function routes(services: Services): Routes<typeof platform> {
  return {
    getSignInOptions: () => showSignInOptions(services),
    getSession,
    switchOrganization,
    changeProfile,
    changeOrganization,
    listMembers,
    changeMember,
    endMember: (ctx, input) => endMember(ctx, input, services.members),
    listInvitations,
    invite: (ctx, input) => invite(ctx, input, services),
    revokeInvitation,
    getInvitation: (ctx, input) => getInvitation(ctx, input, services),
    acceptInvitation: (ctx, input) => acceptInvitation(ctx, input, services),
    joinOrganization: (ctx, input) => joinOrganization(ctx, input, services),
  };
}

function showSignInOptions({ config: { oidc, smtpUrl }, signIn }: Services) {
  signIn.prepare();
  return {
    password: true,
    passkey: true,
    mail: smtpUrl !== undefined,
    oidc: oidc ? { name: oidc.name } : null,
  };
}

/** How errors about people and their sign-in are written. */
export const edge: Edge = {
  prefixes: platform.prefixes,
  body: ({ code, message }, requestId) => ({
    ok: false,
    error: slugOf(code),
    message,
    request_id: requestId,
  }),
};
