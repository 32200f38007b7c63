import { Text } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import classes from './offline.module.css';

/** Says so for as long as the machine has no network. */
export function OfflineBanner() {
  const { online } = useNetwork();
  return (
    <div role="status">
      {!online && (
        <Text size="sm" ta="center" className={classes.banner}>
          You are offline. What you see may be old; it is brought up to date once you are back.
        </Text>
      )}
    </div>
  );
}
