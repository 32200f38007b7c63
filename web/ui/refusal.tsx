import { Alert, Text } from '@mantine/core';
import { messageOf } from './states.tsx';

/** Why something was refused, if it was; announced as soon as it appears. */
export function Refusal({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  return (
    <Alert role="alert" color="red" variant="light" p="sm">
      <Text size="sm" c="var(--mantine-color-text)">
        {messageOf(error)}
      </Text>
    </Alert>
  );
}
