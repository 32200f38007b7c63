import type { templateParameterTypes } from '../../../../contract/sync/workflow-templates.ts';

export type Value = string | number | boolean;

export type Parameter = {
  readonly name: string;
  readonly description: string;
  readonly type: (typeof templateParameterTypes)[number];
  readonly isRequired?: boolean;
  readonly default?: Value;
  /** Of a connection: the first of which there is an active one is meant; with `isAny` others may be named. */
  readonly providers?: readonly string[];
  readonly isAny?: boolean;
  /** Without it, the addresses of the owners. */
  readonly isOwners?: boolean;
  /** Of use only where this other one is given. */
  readonly with?: string;
};

/** What was given, and what stands for the rest: by the name of the parameter; undefined where nothing does. */
export type Given = {
  text(name: string): string | undefined;
  number(name: string): number;
  is(name: string): boolean;
};

export type Made = {
  readonly trigger: Readonly<Record<string, unknown>>;
  readonly actions: readonly Readonly<Record<string, unknown>>[];
};

/** A workflow that is made with one command. */
export type Ready = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  make(given: Given): Made;
  /** What has to be given besides. @throws AppError 400 */
  require?(given: Given): void;
};

export const scheduling: Parameter = {
  name: 'scheduling_connection',
  description: 'The connection to Scheduling; by default the only active one.',
  type: 'connection',
  providers: ['scheduling'],
};

export const messaging: Parameter = {
  name: 'messaging_connection',
  description: 'The connection to Messaging, whose bot posts; by default the only active one.',
  type: 'connection',
  providers: ['messaging'],
};

export const channel: Parameter = {
  name: 'channel',
  description: 'The channel of this server where it is said: its name or its id.',
  type: 'text',
  isRequired: true,
};

export const patientNames: Parameter = {
  name: 'patient_names',
  description: 'Whether the message names the patient; it is read by everybody in the channel.',
  type: 'boolean',
  default: false,
};

/** Says something in the channel. */
export function say(given: Given, message: string) {
  return {
    type: 'notify',
    channel: 'threads',
    connection_id: given.text(messaging.name),
    to: given.text(channel.name),
    message,
  };
}
