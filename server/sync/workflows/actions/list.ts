import type { ActionType } from '../../../../contract/sync/actions.ts';
import type { Perform } from './action.ts';
import { approval } from './approval.ts';
import { condition } from './condition.ts';
import { delay } from './delay.ts';
import { http } from './http.ts';
import { notify } from './notify.ts';
import { query } from './query.ts';
import { runSync } from './run-sync.ts';
import { transform } from './transform.ts';
import { write } from './write.ts';

/** How the steps of each type are done. */
export const actions: { readonly [T in ActionType]: Perform<T> } = {
  transform,
  write,
  notify,
  query,
  http,
  condition,
  delay,
  run_sync: runSync,
  approval,
};
