import { Text } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { useIsLost } from '../connection.ts';
import classes from './offline.module.css';

/** Shown while the machine has no network, or the server does not answer. */
export function OfflineBanner() {
  const { online } = useNetwork();
  const isLost = useIsLost();
  return (
    <div role="status">
      {(!online || isLost) && (
        <Text size="sm" ta="center" className={`${classes.banner} truncate`}>
          {online ? 'The server cannot be reached' : 'You are offline'}; what you see may be out of
          date.
        </Text>
      )}
    </div>
  );
}
