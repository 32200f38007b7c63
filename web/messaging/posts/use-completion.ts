import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import type { UserState } from '../../../contract/messaging/website/shapes.ts';
import { type Audience, reads, useAudience } from './audience.ts';
import { mentionAt, peopleFor } from './completion.ts';
import { usePeople } from './people.ts';
import type { References } from './references.ts';
import { asLabel, replaceRange } from './writing.ts';

export type Completion = ReturnType<typeof useCompletion>;

/** Offers people while a name is typed after an `@`. */
export function useCompletion(
  text: string,
  /** Undefined while the field does not have the focus. */
  caret: number | undefined,
  field: { current: HTMLTextAreaElement | null },
  references: References,
) {
  const listId = useId();
  const users = usePeople();
  const audience = useAudience();
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState(-1);
  const begun = caret === undefined ? undefined : mentionAt(text, caret);
  const mention = begun && references.standsAt(text, begun.start) ? undefined : begun;
  const typed = mention?.typed;
  const { inside, outside } = useMemo(
    () => offered(users, audience, typed),
    [users, audience, typed],
  );
  const options = [...inside, ...outside];
  const isOpen = mention !== undefined && mention.start !== dismissed && options.length > 0;
  const active = isOpen ? Math.min(chosen, options.length - 1) : -1;

  const choose = ({ user_id, name }: UserState) => {
    if (!mention || !field.current) return;
    const end = mention.start + 1 + mention.typed.length;
    const reads = references.add(`<@${user_id}|${asLabel(name)}>`);
    replaceRange(field.current, mention.start, end, `${reads} `);
    setChosen(0);
  };
  /** Handles a key; answers whether it was for the list. */
  const take = (event: KeyboardEvent): boolean => {
    if (!isOpen) return false;
    const count = options.length;
    if (event.key === 'ArrowDown') setChosen((active + 1) % count);
    else if (event.key === 'ArrowUp') setChosen((active + count - 1) % count);
    else if (event.key === 'Escape') setDismissed(mention.start);
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && options[active])
      choose(options[active]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const optionId = (index: number) => `${listId}-${index}`;
  return { isOpen, inside, outside, active, listId, optionId, choose, take };
}

const outsideMax = 3;

/** People who read the place, and some of those who do not. */
function offered(users: readonly UserState[], audience: Audience, typed: string | undefined) {
  if (typed === undefined) return { inside: [], outside: [] };
  const [readers, others] = [true, false].map((isReader) =>
    users.filter(({ user_id }) => reads(audience, user_id) === isReader),
  );
  return {
    inside: peopleFor(readers ?? [], typed),
    outside: peopleFor(others ?? [], typed).slice(0, outsideMax),
  };
}
