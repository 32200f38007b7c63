import { invalid } from '../../runtime/errors.ts';
import { type PlanName, planNames } from '../../runtime/limits/plans.ts';

/** @throws AppError 400 for a plan that there is not */
export function readPlan(text: string): PlanName {
  const plan = planNames.find((name) => name === text);
  if (!plan) throw invalid('plan', `must be one of ${planNames.join(', ')}.`);
  return plan;
}
