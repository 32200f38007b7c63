import { Text } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import classes from './offline.module.css';

/** Says so for as long as the machine has no network. */
export function OfflineBanner() {
  const { online } = useNetwork();
  return (
    <div role="status">
      {!online && (
        <Text size="sm" ta="center" className={`${classes.banner} truncate`}>
          You are offline; what you see may be old.
        </Text>
      )}
    </div>
  );
}
