import { compileCondition, holds } from '../templates/conditions.ts';
import type { Performed, Step } from './action.ts';

/** Whether a filter holds of what is known: what is unknown holds of nothing, as in SQL. */
export async function condition(_: unknown, step: Step<'condition'>): Promise<Performed> {
  const filter = step.action.filter ?? '';
  const result = holds(compileCondition(filter), step.scope);
  return { kind: 'done', input: { filter }, output: { result }, holds: result };
}
