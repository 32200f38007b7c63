export const membersKey = ['platform', 'members'] as const;
export const invitationsKey = ['platform', 'invitations'] as const;
