import Type, { type Static } from 'typebox';
import { endpoint } from '../endpoint.ts';
import { OrNull } from '../shapes.ts';
import { Session } from './session.ts';
import { Email, Name, OrganizationName, Password, PathId, Role, Time } from './shapes.ts';

export const Invitation = Type.Object({
  id: Type.String(),
  email: Type.String(),
  role: Role,
  /** Name of the member who invited. */
  invited_by: Type.String(),
  created_at: Time,
  expires_at: Time,
  is_expired: Type.Boolean(),
});
export type Invitation = Static<typeof Invitation>;

const ByToken = Type.Object({ token: Type.String({ pattern: '^[\\w-]{1,200}$' }) });

export const invitations = {
  listInvitations: endpoint({
    method: 'GET',
    path: '/api/platform/invitations',
    summary: 'The invitations that were not accepted yet, the latest first',
    description: 'Owners and admins see them.',
    scope: 'member',
    status: 200,
    answer: Type.Object({ invitations: Type.Array(Invitation) }),
  }),
  invite: endpoint({
    method: 'POST',
    path: '/api/platform/invitations',
    summary: 'Invite somebody by e-mail',
    description:
      'Owners and admins may; only owners invite owners. The link is valid for seven days and works once; a ' +
      'new invitation of the same address ends the one before. Without a mail server the link is ' +
      'in this answer, and nowhere else, for whoever invites to hand over; it proves no address.',
    scope: 'member',
    body: Type.Object({ email: Email, role: Role }),
    status: 201,
    answer: Type.Object({
      ...Invitation.properties,
      /** Null when it was mailed. */
      link: OrNull(Type.String()),
    }),
    errors: ['invalid_request'],
  }),
  revokeInvitation: endpoint({
    method: 'DELETE',
    path: '/api/platform/invitations/:id',
    summary: 'Withdraw an invitation',
    scope: 'member',
    params: Type.Object({ id: PathId }),
    status: 200,
    answer: Type.Object({}),
    errors: ['not_found'],
  }),
  getInvitation: endpoint({
    method: 'GET',
    path: '/api/platform/invitations/:token',
    summary: 'What an invitation is for',
    description: 'Changes nothing: mail scanners open links.',
    scope: 'public',
    params: ByToken,
    status: 200,
    answer: Type.Object({
      organization: OrganizationName,
      email: Type.String(),
      role: Role,
      state: Type.Unsafe<'open' | 'expired' | 'accepted' | 'revoked'>({
        type: 'string',
        enum: ['open', 'expired', 'accepted', 'revoked'],
      }),
      /**
       * Somebody can already sign in with this address: they sign in and join, without a new
       * account.
       */
      has_account: Type.Boolean(),
      /**
       * An account with this address existed that only a mailed link can open again, and this one
       * was not mailed.
       */
      needs_mail: Type.Boolean(),
    }),
    errors: ['not_found'],
  }),
  acceptInvitation: endpoint({
    method: 'POST',
    path: '/api/platform/invitations/:token/accept',
    summary: 'Accept an invitation and open an account',
    description:
      'Whoever has an account already signs in and joins. By a link that was mailed an account of ' +
      'before is opened anew, and so is one whose address nobody has proven; by one that was ' +
      'handed over neither is.',
    scope: 'public',
    params: ByToken,
    body: Type.Object({ name: Name, password: Password }),
    status: 201,
    answer: Type.Object({ email: Type.String(), organization: OrganizationName }),
    errors: ['invalid_request', 'not_found', 'gone'],
  }),
  joinOrganization: endpoint({
    method: 'POST',
    path: '/api/platform/invitations/:token/join',
    summary: 'Accept an invitation as whoever is signed in',
    description:
      'It must be for their address, and that be proven where the link was not mailed. From now on ' +
      'they work for that organization.',
    scope: 'person',
    params: ByToken,
    status: 200,
    answer: Session,
    errors: ['not_found', 'gone'],
  }),
};
