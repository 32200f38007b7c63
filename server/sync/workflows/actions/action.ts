import type { ActionType } from '../../../../contract/sync/actions.ts';
import type { Services } from '../../../platform/product.ts';
import type { Pools } from '../../../runtime/outgoing/pools.ts';
import type { Sessions } from '../../connections/sessions.ts';
import type { TellWebhook } from '../../notices/sending.ts';
import type { Sandbox } from '../../transforms/sandbox/sandbox.ts';
import type { Json } from '../../values/types.ts';
import type { Action } from '../definition.ts';
import type { TriggerGiven } from '../runs/beginning.ts';
import type { Scope } from '../templates/scope.ts';

export type ActionServices = Omit<Services, 'sessions' | 'members' | 'releases'> & {
  sessions: Sessions;
  sandbox: Sandbox;
  tellWebhook: TellWebhook;
  pools: Pools;
  /** Under which the values of an organization are hashed. */
  protectingKey(organization: number): Promise<Buffer>;
};

/** One step that is to be done. */
export type Step<T extends ActionType = ActionType> = {
  readonly organization: number;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly runId: string;
  readonly path: string;
  readonly depth: number;
  readonly action: Action & { readonly type: T };
  readonly trigger: TriggerGiven;
  /** As transformed so far. */
  readonly record: Json;
  readonly scope: Scope;
  /** The same however often the step is tried: whoever knows it does nothing twice. */
  readonly idempotencyKey: string;
  /** Whom or what the record tells of. */
  readonly subject: string | null;
  /** It may have been done before, by somebody who could not say so any more. */
  readonly isAgain: boolean;
  /** What it left when it began to wait. */
  readonly state: Json | undefined;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Nothing is written or sent. */
  readonly isDry: boolean;
  /** Says what it is done with once that is known, for whoever looks at a step that fails. */
  show(shown: Shown): void;
};

/** What a step is done with, and the names in its templates that nothing stood behind. */
export type Shown = { readonly input?: Json; readonly missing?: readonly string[] };

/** Whatever has happened that a run of a workflow waits for is found by an id. */
export type Waiting = {
  readonly kind: 'waits';
  readonly input: Json;
  /** Null: until what it waits for has happened. */
  readonly until: Date | null;
  readonly waitsFor?: string;
  readonly state: Json;
};

export type Done = {
  readonly kind: 'done';
  /** What was done with: shown to whoever looks at the run. */
  readonly input: Json;
  readonly output: Json;
  /** What the steps after it get. */
  readonly record?: Json;
  /** Of a condition. */
  readonly holds?: boolean;
  /** Names in templates that nothing stood behind. */
  readonly missing?: readonly string[];
  /** Whom or what it has read of: what the run holds goes when they do. */
  readonly about?: readonly string[];
};

export type Performed = Done | Waiting;

/** What cannot be done, whatever is tried: it is said to whoever looks at the run. */
export class StepError extends Error {}

/** @throws ConnectorError, AppError, StepError */
export type Perform<T extends ActionType> = (
  services: ActionServices,
  step: Step<T>,
) => Promise<Performed>;
