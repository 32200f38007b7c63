/** The one place that time comes from; tests replace it. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };
