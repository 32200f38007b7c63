import Type from 'typebox';
import { endpoint, Nothing } from '../endpoint.ts';
import { Optionally, Timestamp } from '../shapes.ts';
import { Body, Id, ListQuery, listHeaders, Name, PathOf } from './shapes.ts';

export const PrivateKey = Type.Object(
  {
    id: Id('private_key'),
    name: Type.String(),
    fingerprint: Type.String({ description: 'SHA-256 of the public key (SPKI), in base64.' }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'PrivateKey' },
);

export const keys = {
  createPrivateKey: endpoint({
    method: 'POST',
    path: '/v1/keys',
    summary: 'Store a private key',
    description:
      'For connections that sign in with one, as `private_key_id`. It is never shown again.',
    scope: 'keys/post',
    idempotent: true,
    body: Body({
      name: Name,
      private_key: Type.String({
        minLength: 1,
        maxLength: 20_000,
        description: 'PEM or as OpenSSH writes it, not encrypted.',
      }),
      username: Optionally(
        Type.String({
          maxLength: 200,
          description:
            'Who signs in with it, for connections whose credentials name nobody. Kept as secret as the key.',
        }),
      ),
    }),
    status: 201,
    answer: PrivateKey,
    errors: ['invalid_request'],
  }),
  listPrivateKeys: endpoint({
    method: 'GET',
    path: '/v1/keys',
    summary: 'List private keys',
    description: 'Newest first.',
    scope: 'keys/get',
    query: ListQuery,
    status: 200,
    answer: Type.Array(PrivateKey),
    answerHeaders: listHeaders,
    errors: ['invalid_request'],
  }),
  getPrivateKey: endpoint({
    method: 'GET',
    path: '/v1/keys/:private_key',
    summary: 'Get a private key',
    description: 'All of it but the key itself.',
    scope: 'keys/get',
    params: PathOf('private_key'),
    status: 200,
    answer: PrivateKey,
    errors: ['not_found'],
  }),
  deletePrivateKey: endpoint({
    method: 'DELETE',
    path: '/v1/keys/:private_key',
    summary: 'Delete a private key',
    description: 'Refused while a connection uses it.',
    scope: 'keys/delete',
    params: PathOf('private_key'),
    status: 204,
    answer: Nothing,
    errors: ['not_found', 'in_use'],
  }),
};
