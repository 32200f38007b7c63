import Type, { type Static } from 'typebox';
import { endpoint } from '../endpoint.ts';
import { OrNull } from '../shapes.ts';
import { Name, OrganizationName, Role } from './shapes.ts';

/** Who is signed in, and for which organization they work. */
export const Session = Type.Object({
  user: Type.Object({
    id: Type.String(),
    name: Type.String(),
    email: Type.String(),
    image: OrNull(Type.String()),
    two_factor_enabled: Type.Boolean(),
    /**
     * False when they came by a link that was handed over, and no mail has shown that the address
     * is theirs.
     */
    is_proven: Type.Boolean(),
  }),
  member: Type.Object({ id: Type.String(), role: Role }),
  organization: OrganizationName,
  /** All organizations that the person is a member of, by name, including the present one. */
  organizations: Type.Array(OrganizationName),
});
export type Session = Static<typeof Session>;

export const session = {
  getSession: endpoint({
    method: 'GET',
    path: '/api/platform/session',
    summary: 'Who is signed in',
    scope: 'person',
    status: 200,
    answer: Session,
  }),
  switchOrganization: endpoint({
    method: 'POST',
    path: '/api/platform/session/organization',
    summary: 'Work for another organization from now on',
    description: 'It applies to this session, in all tabs.',
    scope: 'person',
    body: Type.Object({ organization_id: Type.String({ maxLength: 64 }) }),
    status: 200,
    answer: Session,
    errors: ['invalid_request', 'not_found'],
  }),
  changeProfile: endpoint({
    method: 'PATCH',
    path: '/api/platform/profile',
    summary: 'Change the name that others see',
    scope: 'person',
    body: Type.Object({ name: Name }),
    status: 200,
    answer: Session,
    errors: ['invalid_request'],
  }),
};
