import type { PlanName } from '../../runtime/limits/plans.ts';

/** Who makes a request, as its credentials say. */
export type Caller = {
  readonly kind: 'consumer' | 'key' | 'operator';
  readonly id: number;
  readonly organization: number;
  readonly scopes: ReadonlySet<string>;
  /** The practices within reach; null: every practice of the organization. */
  readonly practiceIds: readonly number[] | null;
  readonly plan: PlanName;
};

/** How a caller is named in the audit log and in the log of requests. */
export function nameOf(caller: Caller): string {
  return caller.kind === 'operator' ? 'operator' : `${caller.kind}:${caller.id}`;
}

/** Whoever runs the `heddle` command on the machine itself. */
export function operatorOf(organization: number): Caller {
  return {
    kind: 'operator',
    id: 0,
    organization,
    scopes: new Set(),
    practiceIds: null,
    plan: 'unlimited',
  };
}
