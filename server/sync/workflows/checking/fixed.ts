import { invalid } from '../../../runtime/errors.ts';
import { isDelay, isMoment, secondsRule, untilRule } from '../actions/delay.ts';
import { headerRule } from '../actions/headers.ts';
import type { Action } from '../definition.ts';

type Given = Pick<Action, 'type' | 'url' | 'connection_id' | 'headers' | 'seconds' | 'until'>;

/** What is written out, and no template, has to be right from the beginning. @throws AppError 400 */
export function requireFixed(action: Given, path: string): void {
  const { url, connection_id, headers = {}, seconds, until } = action;
  if (url !== undefined && !connection_id && isFixed(url) && !isUrl(url)) {
    throw invalid(`${path}.url`, 'must begin with https:// or http://.', 'format');
  }
  for (const [name, value] of Object.entries(headers)) {
    const rule = headerRule(name, isFixed(value) ? value : '');
    if (rule) throw invalid(`${path}.headers.${name}`, rule, 'format');
  }
  if (seconds !== undefined && isFixed(String(seconds)) && !isDelay(seconds)) {
    throw invalid(`${path}.seconds`, secondsRule, 'format');
  }
  if (until !== undefined && isFixed(until) && !isMoment(until)) {
    throw invalid(`${path}.until`, untilRule, 'format');
  }
}

function isFixed(text: string): boolean {
  return !text.includes('{{');
}

function isUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}
