/** Requests that a caller may make; Infinity where there is no bound. */
export type Plan = { perMinute: number; perDay: number; burst: number };

export const planNames = ['developer', 'professional', 'enterprise', 'unlimited'] as const;
export type PlanName = (typeof planNames)[number];

export const plans: Readonly<Record<PlanName, Plan>> = {
  developer: { perMinute: 60, perDay: 10_000, burst: 100 },
  professional: { perMinute: 300, perDay: 100_000, burst: 500 },
  enterprise: { perMinute: 1_000, perDay: Infinity, burst: 2_000 },
  unlimited: { perMinute: Infinity, perDay: Infinity, burst: Infinity },
};
