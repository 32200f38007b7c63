import { tokenScopes } from '../../../contract/apis.ts';
import { invalid } from '../../runtime/errors.ts';

/** Scopes separated by blanks or commas, or `all`. @throws AppError 400 */
export function readScopes(text: string): string[] {
  if (text.trim() === 'all') return [...tokenScopes];
  const scopes = text.split(/[\s,]+/).filter(Boolean);
  const unknown = scopes.find((scope) => !tokenScopes.includes(scope));
  if (unknown || scopes.length === 0) {
    const known = `all, or some of: ${tokenScopes.join(' ')}`;
    throw invalid('scope', `${unknown ? `there is no scope ${unknown}; ` : ''}give ${known}.`);
  }
  return [...new Set(scopes)];
}
