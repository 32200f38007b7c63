import { Skeleton } from '@mantine/core';
import classes from './channels.module.css';

/** Stands in for threads while they are loaded. */
export function LoadingCards() {
  return (
    <div className={classes.loading} role="status" aria-label="Loading threads">
      {[0, 1, 2, 3].map((number) => (
        <div key={number} className={classes.skeleton}>
          <Skeleton circle height={36} />
          <div>
            <Skeleton height={12} width={140} mb={10} />
            <Skeleton height={12} mb={8} />
            <Skeleton height={12} width="70%" />
          </div>
        </div>
      ))}
    </div>
  );
}
