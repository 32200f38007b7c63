import { invalid } from '../../../runtime/errors.ts';
import type { Action } from '../definition.ts';

/** Of headers and of parameters of an address, without hyphens and underscores. */
const secretNames =
  /(authorization|cookie|(?<!page|next|continuation|sync)token|secret|password|(api|access|auth|subscription|functions)key)$/i;

const rule =
  'would be stored and shown in plain text: give it to a connection and name connection_id.';

/**
 * A definition is shown to whoever may see workflows, and its versions are kept: what signs a request in
 * belongs in a connection. What a template fills in is not part of the definition. @throws AppError 400
 */
export function requireNoSecrets(action: Pick<Action, 'url' | 'headers'>, path: string): void {
  for (const [name, value] of Object.entries(action.headers ?? {})) {
    if (isSecret(name, value)) throw invalid(`${path}.headers.${name}`, rule);
  }
  const { url = '' } = action;
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
  const hasSecret = [...new URLSearchParams(query)].some(([name, value]) => isSecret(name, value));
  const hasUser = isFixed(/^https?:\/\/([^/?#]*@)/i.exec(url)?.[1] ?? '');
  if (hasSecret || hasUser) throw invalid(`${path}.url`, rule);
}

function isSecret(name: string, value: string): boolean {
  return secretNames.test(name.replace(/[-_]/g, '')) && isFixed(value);
}

function isFixed(value: string): boolean {
  return value !== '' && !value.includes('{{');
}
