import type { Role } from '../../../contract/platform/shapes.ts';
import { AppError } from '../../runtime/errors.ts';
import type { LimitName } from '../../runtime/limits/plans.ts';

type Terms = {
  readonly id: number;
  readonly organization: number;
  readonly scopes: ReadonlySet<string>;
  readonly plan: LimitName;
  /** The bucket that its requests count under; its own by default. */
  readonly bucket?: string;
};

/** Somebody who is signed in on the website; `id` is that of the membership. */
export type MemberCaller = Terms & {
  readonly kind: 'member';
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
};

/**
 * A program, with the ids of what it may reach of its product (Scheduling: practices); null: all of the
 * organization.
 */
export type ConsumerCaller = Terms & {
  readonly kind: 'consumer';
  readonly resourceIds: readonly number[] | null;
};

/** A program with a static key: it reaches all, unless it acts for somebody who does not. */
export type KeyCaller = Terms & {
  readonly kind: 'key';
  readonly resourceIds?: readonly number[] | null;
};

/** Who makes a request, as its credentials say; a visitor has none. */
export type Caller =
  | ConsumerCaller
  | KeyCaller
  | MemberCaller
  | (Terms & { readonly kind: 'operator' | 'visitor' });

/** The member who calls an endpoint of scope `member` or `person`. */
export function memberOf({ caller }: { caller: Caller }): MemberCaller {
  if (caller.kind !== 'member') throw new Error('no session has come this far');
  return caller;
}

/** @throws AppError not_allowed (403) unless an owner or admin calls */
export function requireAdministrator(ctx: { caller: Caller }): MemberCaller {
  const member = memberOf(ctx);
  if (member.role === 'member') {
    throw new AppError('not_allowed', {
      message: 'Only owners and admins of the organization may do this; ask one of them.',
    });
  }
  return member;
}

/** How a caller is named in the audit log and in the log of requests. */
export function nameOf(caller: Caller): string {
  return caller.id === 0 ? caller.kind : `${caller.kind}:${caller.id}`;
}

/** A visitor of a page without sign-in, limited by the network of their address. */
export function visitorOf(organization: number, network: string): Caller {
  return {
    kind: 'visitor',
    id: 0,
    organization,
    scopes: new Set(['visitor']),
    plan: 'visitor',
    bucket: `visitor ${organization} ${network}`,
  };
}

/** The person who runs the `heddle` command on the machine itself. */
export function operatorOf(organization: number): Caller {
  return {
    kind: 'operator',
    id: 0,
    organization,
    scopes: new Set(),
    plan: 'unlimited',
  };
}
