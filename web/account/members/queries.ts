export const membersKey = ['platform', 'members'] as const;
export const invitationsKey = ['platform', 'invitations'] as const;

/** Who was invited joins while nobody looks: both lists are asked for again at the next look. */
export const movingQuery = { staleTime: 0, refetchOnWindowFocus: true } as const;
