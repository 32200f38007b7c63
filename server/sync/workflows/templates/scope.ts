import type { Json } from '../../values/types.ts';

/** What set a run off, as templates see it. */
export type TriggerSeen = {
  readonly type: string;
  readonly connection_id: string | null;
  readonly object: string | null;
  readonly record: Json | null;
  readonly previous?: Json | undefined;
  readonly fired_at: string;
};

/** What has become of a step. */
export type StepSeen = { readonly status: string; readonly output: Json };

/** What templates, conditions and filters of a workflow may ask for: plain data, of which only own members are seen. */
export type Scope = { readonly [name: string]: Json };

export const rootNames = ['record', 'trigger', 'steps'] as const;

/**
 * The record under the name of its object and as `record`, what set the run off, and the steps so far.
 * An object that is called like one of the other three is found as `record` only.
 */
export function scopeOf({
  trigger,
  record,
  steps,
  objectName,
}: {
  trigger: TriggerSeen;
  /** As transformed so far. */
  record: Json;
  steps: Readonly<Record<string, StepSeen>>;
  objectName?: string | null | undefined;
}): Scope {
  const { type, connection_id, object, fired_at } = trigger;
  const seen = {
    type,
    connection_id,
    object,
    record: trigger.record,
    previous: trigger.previous ?? null,
    fired_at,
  };
  const members: [string, Json][] = [
    ...(objectName ? [[objectName, record] as [string, Json]] : []),
    ['record', record],
    ['trigger', seen],
    ['steps', Object.fromEntries(Object.entries(steps))],
  ];
  return Object.fromEntries(members);
}

/** The same with a record that has gone on. */
export function withRecord(scope: Scope, record: Json, objectName?: string | null): Scope {
  const isOwn = objectName && !rootNames.some((name) => name === objectName);
  const members: [string, Json][] = [
    ...Object.entries(scope),
    ['record', record],
    ...(isOwn ? [[objectName, record] as [string, Json]] : []),
  ];
  return Object.fromEntries(members);
}
