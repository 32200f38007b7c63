import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, LoadingLines } from '../../ui/states.tsx';
import { KeyList } from './key-list.tsx';
import { keysQuery } from './keys-query.ts';
import { NewKey } from './new-key.tsx';

/** The keys that bots post with: made, listed, revoked. */
export function KeysPage() {
  const [isMaking, making] = useDisclosure(false);
  const keys = useQuery(keysQuery);
  const make = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={making.open}>
      New key
    </Button>
  );
  return (
    <Page
      title="API keys"
      description="Programs post to channels and chats with them, each as a bot of its own."
      actions={keys.data && keys.data.keys.length > 0 ? make : undefined}
    >
      {keys.isPending && <LoadingLines label="Loading API keys" />}
      {keys.error && !keys.data && (
        <ErrorState error={keys.error} retry={() => void keys.refetch()} />
      )}
      {keys.data?.keys.length === 0 && (
        <EmptyState icon={<IconKey size={26} />} title="No API keys yet" action={make}>
          A key lets a program post here, as a bot that carries the key’s name.
        </EmptyState>
      )}
      {keys.data && keys.data.keys.length > 0 && <KeyList keys={keys.data.keys} />}
      <NewKey opened={isMaking} onClose={making.close} />
    </Page>
  );
}
