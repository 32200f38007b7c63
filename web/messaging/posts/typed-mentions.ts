import type { UserState } from '../../../contract/messaging/website/shapes.ts';
import { escaped, nameEnds } from './references.ts';
import { asLabel } from './writing.ts';

/** What may stand before the `@` of a mention; between Chinese, Japanese and Korean nothing has to. */
export const mentionBegins =
  '(?<=^|[\\s([{"\'“‘«*/_-]|[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}])';

/** Code, references and addresses: an `@` in them is none. */
const others = '```[\\s\\S]*?(?:```|$)|`[^`\\n]*`|<[@!]\\d{11}(?:\\|[^<>\\n]*)?>|https?:\\/\\/\\S+';

/**
 * Makes mentions of the full names that were typed behind an `@`. Of several people of one name that
 * one is meant who reads the place, or nobody.
 */
export function mentionTyped(
  text: string,
  users: readonly UserState[],
  isReader: (userId: string) => boolean,
): string {
  if (!text.includes('@')) return text;
  const named = meantBy(text, users, isReader);
  if (named.size === 0) return text;
  const names = [...named.keys()].sort((one, other) => other.length - one.length).map(escaped);
  const any = `${others}|${mentionBegins}@(${names.join('|')})${nameEnds}`;
  return text.replace(new RegExp(any, 'giu'), (found, name?: string) => {
    const user = name === undefined ? undefined : named.get(folded(name));
    return user ? `<@${user.user_id}|${asLabel(user.name)}>` : found;
  });
}

/** Who is meant by a name that stands in the text. */
function meantBy(
  text: string,
  users: readonly UserState[],
  isReader: (userId: string) => boolean,
): Map<string, UserState> {
  const whole = folded(text);
  const byName = Map.groupBy(
    users.filter(({ is_active, name }) => is_active && whole.includes(`@${folded(name)}`)),
    ({ name }) => folded(name),
  );
  const meant = new Map<string, UserState>();
  for (const [name, all] of byName) {
    const near = all.length === 1 ? all : all.filter(({ user_id }) => isReader(user_id));
    if (near.length === 1 && near[0]) meant.set(name, near[0]);
  }
  return meant;
}

function folded(text: string): string {
  return text.toLocaleLowerCase();
}
