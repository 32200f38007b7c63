import { Button, Center, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconMapSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { ApiError } from '../api.ts';
import { whenReached } from '../connection.ts';
import { usePageTitle } from './page-title.ts';
import { sentenceOf } from './sentence.ts';

type StateProps = { icon: ReactNode; title: string; children?: ReactNode; action?: ReactNode };

/** Says why there is nothing, and what can be done about it. */
export function EmptyState({ icon, title, children, action }: StateProps) {
  return (
    <Center py={56} px="md" style={{ flex: 1 }}>
      <Stack align="center" gap="xs" maw={400}>
        <ThemeIcon size={52} radius="xl" variant="light" aria-hidden>
          {icon}
        </ThemeIcon>
        <Title order={2} ta="center" mt={4}>
          {title}
        </Title>
        {children !== undefined && (
          <Text c="dimmed" ta="center" size="sm" component="div">
            {children}
          </Text>
        )}
        {action !== undefined && <div style={{ marginTop: 8 }}>{action}</div>}
      </Stack>
    </Center>
  );
}

/**
 * Something could not be loaded: the reason, and a button that tries again. Temporary failures are
 * retried automatically.
 */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  useRetries(error, retry);
  return (
    <div role="alert" style={{ flex: 1 }}>
      <EmptyState
        icon={<IconAlertTriangle size={26} />}
        title={error instanceof ApiError ? 'This could not be loaded' : 'Something went wrong'}
        action={retry && <Button onClick={retry}>Try again</Button>}
      >
        {messageOf(error)}
      </EmptyState>
    </div>
  );
}

const firstWaitMilliseconds = 5_000;
const waitMillisecondsMax = 60_000;

/** Retries at growing intervals, and when the server answers again. */
function useRetries(error: unknown, retry: (() => void) | undefined): void {
  const again = useEffectEvent(() => retry?.());
  const isPassing = error instanceof ApiError && (error.status === 0 || error.status >= 502);
  useEffect(() => {
    if (!isPassing) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    const plan = (wait: number) => {
      timer = setTimeout(
        () => {
          again();
          plan(Math.min(wait * 2, waitMillisecondsMax));
        },
        wait * (0.75 + Math.random() / 2),
      );
    };
    plan(firstWaitMilliseconds);
    const stop = whenReached(() => again());
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [isPassing]);
}

/**
 * The message to show for something that was thrown; only refusals by the server are meant to be
 * read.
 */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return sentenceOf(error.message);
  return 'Something went wrong on this page. Try again, or reload it.';
}

export function NotFound() {
  usePageTitle('Not found');
  return (
    <EmptyState
      icon={<IconMapSearch size={26} />}
      title="There is nothing here"
      action={
        <Button component={Link} to="/">
          Go to the start
        </Button>
      }
    >
      The link may be old, or what it led to is not for you to see.
    </EmptyState>
  );
}

const widths = ['82%', '64%', '90%', '48%', '74%', '58%', '86%', '40%'] as const;

/** Placeholder lines, while a list is being loaded. */
export function LoadingLines({ label = 'Loading' }: { label?: string }) {
  return (
    <Stack gap="md" p="md" role="status" aria-label={label}>
      {widths.map((width) => (
        <Skeleton key={width} height={14} width={width} />
      ))}
    </Stack>
  );
}
