import { createContext, useContext } from 'react';

/** The users who read what is written in a place. */
export type Audience = {
  place: 'channel' | 'chat';
  /** Undefined: everybody. */
  ids: ReadonlySet<string> | undefined;
  /** Gives somebody access; undefined where the member may not. */
  add: ((userId: string) => Promise<unknown>) | undefined;
};

const everybody: Audience = { place: 'channel', ids: undefined, add: undefined };

export const AudienceContext = createContext(everybody);

/** The audience of the surrounding place: mentions notify nobody else. */
export function useAudience(): Audience {
  return useContext(AudienceContext);
}

export function reads({ ids }: Audience, userId: string): boolean {
  return ids?.has(userId) ?? true;
}
