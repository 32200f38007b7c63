import { Alert, Text } from '@mantine/core';
import { messageOf } from './states.tsx';

/** Why something was refused; said aloud as soon as it appears. */
export function Refusal({ error }: { error: unknown }) {
  return (
    <div role="alert">
      {error !== null && error !== undefined && (
        <Alert color="red" variant="light" p="sm">
          <Text size="sm" c="var(--mantine-color-text)">
            {messageOf(error)}
          </Text>
        </Alert>
      )}
    </div>
  );
}
