import { slugOf } from '../../contract/errors.ts';
import { platform as api } from '../../contract/platform/index.ts';
import type { Edge } from '../runtime/http/edge.ts';
import { mountOauth } from './access/oauth.ts';
import type { Routes } from './api/routes.ts';
import { housekeepingJob } from './housekeeping.ts';
import { acceptInvitation, getInvitation, joinOrganization } from './invitations/acceptance.ts';
import { invite, listInvitations, revokeInvitation } from './invitations/invitations.ts';
import { mailJob } from './mail/mail.ts';
import { changeMember, changeOrganization, endMember, listMembers } from './members/members.ts';
import { personal } from './personal.ts';
import { type Product, type Services, served } from './product.ts';
import { changeProfile, getSession, switchOrganization } from './sessions/people.ts';
import { resetJob } from './sign-in/reset.ts';
import { mountSignIn } from './sign-in/sign-in.ts';
import { fileJobs } from './uploads/jobs.ts';

function routes(services: Services): Routes<typeof api> {
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

const edge: Edge = {
  prefixes: api.prefixes,
  body: ({ code, message }, requestId) => ({
    ok: false,
    error: slugOf(code),
    message,
    request_id: requestId,
  }),
};

/** The platform in the form of a product: people, organizations and how they sign in. */
export const platform: Product = {
  edges: [edge],
  personal,
  open: (services) => ({
    jobs: [
      mailJob(services),
      housekeepingJob(services),
      resetJob(services),
      ...fileJobs(services, services.releases),
    ],
    serve: () => ({
      apis: [served(api, routes(services))],
      mount(app) {
        mountOauth(app, { ...services, keys: services.signingKeys });
        mountSignIn(app, services);
      },
    }),
  }),
};
