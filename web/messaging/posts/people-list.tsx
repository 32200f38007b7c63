import { Text, VisuallyHidden } from '@mantine/core';
import type { UserState } from '../../../contract/messaging/website/shapes.ts';
import { counted } from '../../ui/counted.ts';
import { Face } from '../../ui/face.tsx';
import { useAudience } from './audience.ts';
import classes from './composer.module.css';
import type { Completion } from './use-completion.ts';

/**
 * The people that a typed name may mean, with those apart who do not read the place; the field
 * keeps the focus.
 */
export function PeopleList({ completion }: { completion: Completion }) {
  const { inside, outside, listId } = completion;
  const { place } = useAudience();
  return (
    <>
      <div role="listbox" id={listId} aria-label="People" tabIndex={-1}>
        {inside.map((user, index) => (
          <Option key={user.user_id} user={user} index={index} completion={completion} />
        ))}
        {outside.length > 0 && (
          // biome-ignore lint/a11y/useSemanticElements: options of a listbox are in no fieldset.
          <div role="group" aria-label={`Not in this ${place}`}>
            <Text size="xs" c="dimmed" px={8} pt={6} aria-hidden>
              Not in this {place}
            </Text>
            {outside.map((user, index) => (
              <Option
                key={user.user_id}
                user={user}
                index={inside.length + index}
                completion={completion}
              />
            ))}
          </div>
        )}
      </div>
      <VisuallyHidden role="status">
        {counted(inside.length + outside.length, 'person', 'people')}
      </VisuallyHidden>
    </>
  );
}

type OptionProps = { user: UserState; index: number; completion: Completion };

function Option({ user, index, completion }: OptionProps) {
  const { active, optionId, choose } = completion;
  return (
    <div
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
  );
}
