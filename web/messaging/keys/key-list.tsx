import { Badge, Button, Code, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { Key } from '../../../contract/messaging/website/keys.ts';
import { Face } from '../../ui/face.tsx';
import { Time } from '../../ui/time.tsx';
import classes from './keys.module.css';
import { RevokeKey } from './revoke-key.tsx';

/** The keys that work, then those that were revoked. */
export function KeyList({ keys }: { keys: readonly Key[] }) {
  const [revoking, setRevoking] = useState<Key>();
  const inOrder = [
    ...keys.filter(({ revoked_at }) => revoked_at === null),
    ...keys.filter(({ revoked_at }) => revoked_at !== null),
  ];
  return (
    <>
      <ul className={classes.list}>
        {inOrder.map((key) => (
          <KeyEntry key={key.id} entry={key} onRevoke={() => setRevoking(key)} />
        ))}
      </ul>
      {revoking && <RevokeKey entry={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
}

function KeyEntry({ entry, onRevoke }: { entry: Key; onRevoke: () => void }) {
  const isRevoked = entry.revoked_at !== null;
  return (
    <li className={classes.entry}>
      <Face name={entry.name} isBot size={36} />
      <div className={classes.about}>
        <Group gap={8} wrap="nowrap">
          <Text component="span" fw={600} className="truncate" title={entry.name} dir="auto">
            {entry.name}
          </Text>
          <Code className={classes.code}>
            <span aria-hidden>…</span>
            {entry.last_four}
          </Code>
          {isRevoked && (
            <Badge color="gray" variant="light" className={classes.code}>
              Revoked
            </Badge>
          )}
        </Group>
        <History entry={entry} />
      </div>
      {!isRevoked && entry.is_revocable && (
        <Button
          variant="default"
          size="xs"
          onClick={onRevoke}
          aria-label={`Revoke the key ${entry.name}`}
        >
          Revoke
        </Button>
      )}
    </li>
  );
}

function History({ entry }: { entry: Key }) {
  return (
    <Text size="sm" c="dimmed">
      Made <Time at={entry.created_at} />
      {' · '}
      {entry.last_used_at ? (
        <>
          last used <Time at={entry.last_used_at} />
        </>
      ) : (
        'never used'
      )}
      {entry.revoked_at && (
        <>
          {' · revoked '}
          <Time at={entry.revoked_at} />
        </>
      )}
    </Text>
  );
}
