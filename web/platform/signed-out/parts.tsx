import { Alert, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePageTitle } from '../../ui/page-title.ts';
import { messageOf } from '../../ui/states.tsx';

/** The one heading of a page, which also names the window. */
export function Heading({ title, children }: { title: string; children?: ReactNode }) {
  usePageTitle(title);
  return (
    <>
      <Title order={1} fz="1.35rem">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" size="sm" mt={4} component="div">
          {children}
        </Text>
      )}
    </>
  );
}

/** Why something was refused; said aloud as soon as it appears. */
export function Refusal({ error }: { error: unknown }) {
  return (
    <div role="alert">
      {error !== null && error !== undefined && (
        <Alert color="red" variant="light">
          <Text size="sm" c="var(--mantine-color-text)">
            {messageOf(error)}
          </Text>
        </Alert>
      )}
    </div>
  );
}
