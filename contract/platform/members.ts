import Type, { type Static } from 'typebox';
import { endpoint } from '../endpoint.ts';
import { Name, OrganizationName, PathId, Role, Time } from './shapes.ts';

export const membersMax = 200;

export const Member = Type.Object({
  id: Type.String(),
  name: Type.String(),
  email: Type.String(),
  role: Role,
  /** False until a mail has shown that the address is theirs. */
  is_proven: Type.Boolean(),
  created_at: Time,
});
export type Member = Static<typeof Member>;

export const members = {
  changeOrganization: endpoint({
    method: 'PATCH',
    path: '/api/platform/organization',
    summary: 'Change the name of the organization',
    description: 'Owners and admins may.',
    scope: 'member',
    body: Type.Object({ name: Name }),
    status: 200,
    answer: OrganizationName,
    errors: ['invalid_request'],
  }),
  listMembers: endpoint({
    method: 'GET',
    path: '/api/platform/members',
    summary: 'The members of the organization, in pages',
    scope: 'member',
    query: Type.Object({
      after: Type.Optional(
        Type.String({
          maxLength: 64,
          description: 'The id of the last member of the page before.',
        }),
      ),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: membersMax, default: membersMax })),
    }),
    status: 200,
    answer: Type.Object({
      /** Ordered by membership, the longest first. */
      members: Type.Array(Member),
      has_more: Type.Boolean(),
    }),
    errors: ['invalid_request'],
  }),
  changeMember: endpoint({
    method: 'PATCH',
    path: '/api/platform/members/:id',
    summary: 'Change the role of a member',
    description:
      'Owners and admins may; only owners make owners or change them. There is always an owner.',
    scope: 'member',
    params: Type.Object({ id: PathId }),
    body: Type.Object({ role: Role }),
    status: 200,
    answer: Member,
    errors: ['invalid_request', 'not_found'],
  }),
  endMember: endpoint({
    method: 'DELETE',
    path: '/api/platform/members/:id',
    summary: 'End a membership, at once and everywhere',
    description:
      'Owners and admins may; only owners end those of owners. There is always an owner.',
    scope: 'member',
    params: Type.Object({ id: PathId }),
    status: 200,
    answer: Type.Object({}),
    errors: ['invalid_request', 'not_found'],
  }),
};
