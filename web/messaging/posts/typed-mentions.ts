import type { UserState } from '../../../contract/messaging/website/shapes.ts';
import { escaped, nameEnds } from './references.ts';
import { asLabel } from './writing.ts';

/**
 * What may precede the `@` of a mention; between Chinese, Japanese and Korean characters nothing is
 * needed.
 */
export const mentionBegins =
  '(?<=^|[\\s([{"\'“‘«*/_-]|[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}])';

/** Code, references and addresses: an `@` in them is no mention. */
const others = '```[\\s\\S]*?(?:```|$)|`[^`\\n]*`|<[@!]\\d{11}(?:\\|[^<>\\n]*)?>|https?:\\/\\/\\S+';

/**
 * Makes mentions of full names that were typed after an `@`. Of several people with the same name,
 * the one who reads the place is meant, or nobody.
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

/** The person who is meant by a name in the text. */
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
