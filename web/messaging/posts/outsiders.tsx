import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { UserState } from '../../../contract/messaging/website/shapes.ts';
import { reads, useAudience } from './audience.ts';
import { usePeople } from './people.ts';

const mention = /<@(\d{11})[|>]/g;

/** Says which mentioned people will not read the text, and offers to add them. */
export function Outsiders({ text }: { text: string }) {
  const audience = useAudience();
  const users = usePeople();
  if (audience.ids === undefined) return null;
  const named = new Set([...text.matchAll(mention)].map(([, id]) => id));
  const outsiders = users.filter(
    ({ user_id, is_active }) => is_active && named.has(user_id) && !reads(audience, user_id),
  );
  return outsiders.map((user) => <Outsider key={user.user_id} user={user} />);
}

function Outsider({ user: { user_id, name } }: { user: UserState }) {
  const { place, add } = useAudience();
  const adding = useMutation({ mutationFn: async () => add?.(user_id) });
  return (
    <Group gap="xs" px={12} pb={6} wrap="nowrap" role="status">
      <Text size="sm" flex={1} dir="auto">
        {name} is not in this {place} and will not be notified.
      </Text>
      {add && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Add ${name} to the ${place}`}
          loading={adding.isPending}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => adding.mutate()}
        >
          Add to the {place}
        </Button>
      )}
    </Group>
  );
}
