import { createContext, useContext } from 'react';

/** Who reads what is written at a place. */
export type Audience = {
  place: 'channel' | 'chat';
  /** Undefined: everybody. */
  ids: ReadonlySet<string> | undefined;
  /** Lets somebody read it too; undefined where one may not. */
  add: ((userId: string) => Promise<unknown>) | undefined;
};

const everybody: Audience = { place: 'channel', ids: undefined, add: undefined };

export const AudienceContext = createContext(everybody);

/** Of the place around: whom a mention there is told. */
export function useAudience(): Audience {
  return useContext(AudienceContext);
}

export function reads({ ids }: Audience, userId: string): boolean {
  return ids?.has(userId) ?? true;
}
