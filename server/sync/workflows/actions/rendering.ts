import type { Json } from '../../values/types.ts';
import { parseTemplate } from '../templates/parse.ts';
import { type Escape, render, renderValue, TemplateError } from '../templates/render.ts';
import type { Scope } from '../templates/scope.ts';
import type { Template } from '../templates/template.ts';
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

/**
 * An address: a value is one part of it, and breaks out of none. Only what an address begins with is taken
 * as it is. @throws StepError
 */
export function renderedUrl(text: string, scope: Scope): { text: string; missing: string[] } {
  const template = parseTemplate(text);
  const [first, ...rest] = template.pieces;
  if (first?.kind === 'text') return said(() => render(template, scope, { escape: encoded }));
  const [head, tail] = [first ? [first] : [], rest].map((pieces) => ({ ...template, pieces }));
  const start = said(() => render(head as Template, scope));
  const end = said(() => render(tail as Template, scope, { escape: encoded }));
  const missing = new Set([...start.missing, ...end.missing]);
  return { text: start.text + end.text, missing: [...missing] };
}

/** @throws StepError for points, which lead elsewhere however they are written */
function encoded(value: string): string {
  if (/^\.{1,2}$/.test(value)) {
    throw new StepError(`url would lead elsewhere by a value that is ${JSON.stringify(value)}.`);
  }
  return encodeURIComponent(value.toWellFormed());
}

/** Of each header the text. @throws StepError */
export function renderedHeaders(headers: Readonly<Record<string, string>>, scope: Scope) {
  const missing = new Set<string>();
  const members = Object.entries(headers).map(([name, text]) => {
    const one = rendered(text, scope);
    for (const each of one.missing) missing.add(each);
    return [name.toLowerCase(), one.text];
  });
  return { headers: Object.fromEntries(members) as Record<string, string>, missing: [...missing] };
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
