import type { Static } from 'typebox';
import type { Action as GivenAction } from '../../../contract/sync/actions.ts';

type Given = Static<typeof GivenAction>;

/** An action as it is stored: what was null was not given, and actions inside it are actions. */
export type Action = {
  readonly [M in keyof Given as M extends 'on_error' | 'then' | 'else' ? never : M]: Exclude<
    Given[M],
    null
  >;
} & {
  readonly on_error?: readonly Action[];
  readonly then?: readonly Action[];
  readonly else?: readonly Action[];
};

/** What a version of a workflow does. */
export type Definition = {
  readonly actions: readonly Action[];
  readonly on_error: readonly Action[];
};

/** An action, and where it stands: `1`, `2.then.0`, `0.on_error.1`, `on_error.0`. */
export type Placed = { readonly path: string; readonly action: Action };

/** The key of a step in `steps`. */
export const keyOf = ({ path, action }: Placed): string => action.name ?? path;

/** All actions, in the order in which they stand. */
export function placedOf({ actions, on_error }: Definition): Placed[] {
  return [...placed(actions, ''), ...placed(on_error, 'on_error.')];
}

function placed(actions: readonly Action[], prefix: string): Placed[] {
  return actions.flatMap((action, index) => {
    const path = `${prefix}${index}`;
    return [
      { path, action },
      ...placed(action.then ?? [], `${path}.then.`),
      ...placed(action.else ?? [], `${path}.else.`),
      ...placed(action.on_error ?? [], `${path}.on_error.`),
    ];
  });
}
