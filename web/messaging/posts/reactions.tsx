import { Tooltip } from '@mantine/core';
import { IconMoodPlus } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { Reaction } from '../../../contract/messaging/website/shapes.ts';
import { EmojiPicker } from './emoji-grid.tsx';
import classes from './frame.module.css';
import { useNames, useOwnId } from './people.ts';

type ReactionRowProps = {
  reactions: readonly Reaction[];
  onReact: (emoji: string, reacted: boolean) => void;
};

/** Who reacted with what; nothing where nobody did. */
export function ReactionRow({ reactions, onReact }: ReactionRowProps) {
  const own = useOwnId();
  const [isPicking, setPicking] = useState(false);
  const add = useRef<HTMLButtonElement>(null);
  if (reactions.length === 0) return null;
  return (
    <div className={classes.reactions}>
      {reactions.map((reaction) => (
        <ReactionChip key={reaction.emoji} reaction={reaction} own={own} onReact={onReact} />
      ))}
      <button
        ref={add}
        type="button"
        className={classes.chip}
        aria-label="Add a reaction"
        aria-haspopup="dialog"
        onClick={() => setPicking(true)}
      >
        <IconMoodPlus size={16} aria-hidden />
      </button>
      {isPicking && (
        <EmojiPicker
          onPick={(emoji) => onReact(emoji, true)}
          onClose={() => {
            setPicking(false);
            add.current?.focus();
          }}
        />
      )}
    </div>
  );
}

type ReactionChipProps = {
  reaction: Reaction;
  own: string;
  onReact: (emoji: string, reacted: boolean) => void;
};

const namedMax = 20;

function ReactionChip({ reaction, own, onReact }: ReactionChipProps) {
  const { emoji, user_ids } = reaction;
  const names = useNames(user_ids.slice(0, namedMax));
  const isOwn = user_ids.includes(own);
  const count = user_ids.length;
  const more = count > namedMax ? ` and ${count - namedMax} more` : '';
  const who = names.join(', ') + more;
  return (
    <Tooltip label={who} multiline maw={260}>
      <button
        type="button"
        className={`${classes.chip} ${isOwn ? classes.ownChip : ''}`}
        aria-pressed={isOwn}
        aria-label={`${emoji} ${count}: ${who}`}
        onClick={() => onReact(emoji, !isOwn)}
      >
        <span aria-hidden>{emoji}</span>
        <span aria-hidden className={classes.count}>
          {count}
        </span>
      </button>
    </Tooltip>
  );
}
