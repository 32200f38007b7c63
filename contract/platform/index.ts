import { api } from '../endpoint.ts';
import { ErrorInWords } from '../shapes.ts';
import { invitations } from './invitations.ts';
import { members } from './members.ts';
import { session } from './session.ts';
import { signIn } from './sign-in.ts';

/** What the website asks about people and organizations, as the person who is signed in. */
export const platform = api({
  name: 'platform',
  title: 'Heddle Platform',
  description:
    'Called by the pages of the website with the session cookie; may change at any time.',
  error: ErrorInWords,
  commonErrors: [
    'unauthorized',
    'not_allowed',
    'not_acceptable',
    'too_many_requests',
    'internal_error',
    'maintenance',
    'overloaded',
  ],
  prefixes: ['/api/platform', '/api/auth'],
  endpoints: { ...signIn, ...session, ...members, ...invitations },
});
