import { Text, VisuallyHidden } from '@mantine/core';
import { counted } from '../../ui/counted.ts';
import { Face } from '../../ui/face.tsx';
import classes from './composer.module.css';
import type { Completion } from './use-completion.ts';

/** The people that a name may mean; the field keeps the focus. */
export function PeopleList({ completion }: { completion: Completion }) {
  const { options, active, listId, optionId, choose } = completion;
  return (
    <>
      <div role="listbox" id={listId} aria-label="People" tabIndex={-1}>
        {options.map((user, index) => (
          <div
            key={user.user_id}
            role="option"
            id={optionId(index)}
            tabIndex={-1}
            aria-selected={index === active}
            className={classes.option}
            onMouseDown={(event) => {
              event.preventDefault();
              choose(user);
            }}
          >
            <Face name={user.name} isBot={user.kind === 'bot'} size={24} />
            <Text span size="sm" className="truncate" dir="auto">
              {user.name}
            </Text>
            {user.kind === 'bot' && (
              <Text span size="xs" c="dimmed">
                bot
              </Text>
            )}
          </div>
        ))}
      </div>
      <VisuallyHidden role="status">{counted(options.length, 'person', 'people')}</VisuallyHidden>
    </>
  );
}
