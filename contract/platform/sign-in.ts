import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { OrNull } from '../shapes.ts';

export const signIn = {
  getSignInOptions: endpoint({
    method: 'GET',
    path: '/api/platform/sign-in-options',
    summary: 'How people may sign in',
    description: 'Signing in itself is below `/api/auth`.',
    scope: 'public',
    status: 200,
    answer: Type.Object({
      password: Type.Boolean(),
      passkey: Type.Boolean(),
      /**
       * Whether invitations and links for new passwords are mailed; otherwise mails stay in the
       * outbox.
       */
      mail: Type.Boolean(),
      /** The identity provider for single sign-on, by the name that people know. */
      oidc: OrNull(Type.Object({ name: Type.String() })),
    }),
  }),
};
