import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { ErrorState } from './states.tsx';

/** Shown in place of a page that failed; what is around it stays. */
export function RouteFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return <ErrorState error={error} retry={retry} />;
}
