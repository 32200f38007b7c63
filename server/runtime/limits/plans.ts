/** How many requests a caller may make; Infinity where there is no limit. */
export type Plan = { perMinute: number; perDay: number; burst: number };

export const planNames = ['developer', 'professional', 'enterprise', 'unlimited'] as const;
export type PlanName = (typeof planNames)[number];

/** What is limited: callers, by their plan, and certain things that people do. */
export type LimitName = PlanName | keyof typeof people;

const people = {
  /** Pages of a person: more than they ask for, and too little for one that runs wild. */
  member: { perMinute: 600, perDay: Infinity, burst: 1_000 },
  /**
   * Pages without sign-in, from one address to one organization; the address may be that of a whole
   * office.
   */
  visitor: { perMinute: 120, perDay: Infinity, burst: 300 },
  /** Sign-in from one address, which may be that of a whole office. */
  address: { perMinute: 120, perDay: Infinity, burst: 300 },
  /** Guesses at one account, from one address and from everywhere. */
  accountFromAddress: { perMinute: 5, perDay: Infinity, burst: 20 },
  account: { perMinute: 10, perDay: Infinity, burst: 50 },
  /** Guesses at the password of a signed-in person, wherever it is asked for again. */
  password: { perMinute: 5, perDay: 100, burst: 10 },
};

export const plans: Readonly<Record<LimitName, Plan>> = {
  developer: { perMinute: 60, perDay: 10_000, burst: 100 },
  professional: { perMinute: 300, perDay: 100_000, burst: 500 },
  enterprise: { perMinute: 1_000, perDay: Infinity, burst: 2_000 },
  unlimited: { perMinute: Infinity, perDay: Infinity, burst: Infinity },
  ...people,
};
