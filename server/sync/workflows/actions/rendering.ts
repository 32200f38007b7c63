import type { Json } from '../../values/types.ts';
import { parseTemplate } from '../templates/parse.ts';
import { type Escape, render, renderValue, TemplateError } from '../templates/render.ts';
import type { Scope } from '../templates/scope.ts';
import { StepError } from './action.ts';

/** A text, its templates filled in. @throws StepError */
export const textOf = (text: string, scope: Scope): string => rendered(text, scope).text;

/** @param escaping what becomes of a value on its way into the text */
export function rendered(
  text: string,
  scope: Scope,
  escaping: Escape = 'none',
): { text: string; missing: string[] } {
  return said(() => render(parseTemplate(text), scope, { escape: escaping }));
}

/** The same of the texts in a value. @throws StepError */
export function renderedValue(value: Json, scope: Scope): { value: Json; missing: string[] } {
  return said(() => renderValue(value, scope));
}

function said<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateError) throw new StepError(error.message);
    throw error;
  }
}
