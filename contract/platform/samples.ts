import type { Samples } from '../samples.ts';
import type { platform } from './index.ts';

const plain = () => ({});

export const samples: Samples<keyof (typeof platform)['endpoints']> = {
  getSignInOptions: plain,
  getSession: plain,
  switchOrganization: ({ ids }) => ({ body: { organization_id: ids.organization } }),
  changeProfile: () => ({ body: { name: 'Ada Lovelace' } }),
  changeOrganization: () => ({ body: { name: 'Weavers' } }),
  listMembers: plain,
  changeMember: () => ({ body: { role: 'admin' } }),
  endMember: plain,
  invite: () => ({ body: { email: 'ada@example.com', role: 'member' } }),
  listInvitations: plain,
  revokeInvitation: plain,
  getInvitation: plain,
  acceptInvitation: () => ({ body: { name: 'Ada Lovelace', password: 'a long enough password' } }),
  joinOrganization: ({ ids }) => ({ params: { token: ids.offer ?? '' } }),
};
