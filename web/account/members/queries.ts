export const membersKey = ['platform', 'members'] as const;
export const invitationsKey = ['platform', 'invitations'] as const;

/**
 * People who were invited join at any time: both lists are loaded again whenever somebody looks at
 * them.
 */
export const movingQuery = { staleTime: 0, refetchOnWindowFocus: true } as const;
