import type { Static, TSchema } from 'typebox';
import * as products from './products.ts';

type Products = typeof products;

/** Everything that is written to the event log. */
export type EventType = {
  [Name in keyof Products]: keyof Products[Name]['events'];
}[keyof Products];

type SchemaOf<T extends EventType> = {
  [Name in keyof Products]: Products[Name]['events'] extends Readonly<Record<T, infer S>>
    ? S
    : never;
}[keyof Products];

type DataOf<S> = S extends TSchema ? Static<S> : never;

/** What an event of a type tells. */
export type EventData<T extends EventType> = DataOf<SchemaOf<T>>;

/** An event of one of some types; its `type` decides the shape of its data. */
export type EventOf<T extends EventType = EventType> = T extends EventType
  ? { readonly type: T; readonly subject: string; readonly data: EventData<T> }
  : never;

/** The shape of each type of event. */
export const events: Readonly<Record<EventType, TSchema>> = Object.assign(
  {},
  ...Object.values(products).map((one) => one.events),
);

export const eventTypes = Object.keys(events) as EventType[];

/** Everything that is written to the audit log. */
export type Action = {
  [Name in keyof Products]: Products[Name]['actions'][number];
}[keyof Products];
