import Type from 'typebox';
import { api, endpoint } from '../endpoint.ts';
import { ShortId } from '../shapes.ts';

export const equipment = api({
  name: 'equipment',
  title: 'Heddle Equipment API',
  description: 'What practices lend to patients.',
  error: Type.Object({ error: Type.String(), message: Type.String() }),
  commonErrors: [
    'unauthorized',
    'missing_scope',
    'not_acceptable',
    'too_many_requests',
    'internal_error',
    'maintenance',
    'overloaded',
  ],
  tokens: true,
  prefixes: ['/equipment'],
  endpoints: {
    addDevice: endpoint({
      method: 'POST',
      path: '/equipment/devices',
      summary: 'Add a device',
      scope: 'devices/post',
      body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 80 }) }),
      status: 201,
      answer: Type.Object({ id: ShortId, name: Type.String() }),
      errors: ['invalid_request', 'device_exists'],
    }),
  },
});
