import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePageTitle } from '../ui/page-title.ts';

/** The one heading of a page, which also names the window. */
export function Heading({ title, children }: { title: string; children?: ReactNode }) {
  usePageTitle(title);
  return (
    <div>
      <Title order={1} fz="1.35rem">
        {title}
      </Title>
      {children !== undefined && children !== false && (
        <Text c="dimmed" size="sm" mt={4} component="div">
          {children}
        </Text>
      )}
    </div>
  );
}
