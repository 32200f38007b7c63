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
      /** Invitations and new passwords reach people by mail; else mails are kept in the outbox. */
      mail: Type.Boolean(),
      /** The identity provider, as people call it. */
      oidc: OrNull(Type.Object({ name: Type.String() })),
    }),
  }),
};
