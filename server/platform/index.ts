import { slugOf } from '../../contract/errors.ts';
import { platform } from '../../contract/platform/index.ts';
import type { Edge } from '../runtime/http/edge.ts';
import type { Routes } from './api/routes.ts';
import { changeProfile, getSession, switchOrganization } from './sessions/people.ts';

export { platform as api } from '../../contract/platform/index.ts';

/** Every endpoint about people and organizations, and the function behind it. */
export function routes(): Routes<typeof platform> {
  return { getSession, switchOrganization, changeProfile };
}

/** How errors about people and their sign-in are written. */
export const edge: Edge = {
  prefixes: platform.prefixes,
  body: ({ code, message }, requestId) => ({
    ok: false,
    error: slugOf(code),
    message,
    request_id: requestId,
  }),
};
