import type { ErrorDefinition } from '../product.ts';

export const errors = {
  run_active: {
    status: 409,
    message: 'A run of this sync is active; wait for it, or cancel it first.',
  },
  run_state: {
    status: 409,
    message: 'The run is not in a state that allows this; read its status.',
  },
  in_use: { status: 409, message: 'Something still uses this; change or delete that first.' },
  extension_exists: {
    status: 409,
    message: 'The provider has this version, or is a built-in one; choose another.',
  },
  upstream_error: {
    status: 502,
    message: 'The connected system could not be used; details.upstream has what it said.',
  },
} as const satisfies Record<string, ErrorDefinition>;
