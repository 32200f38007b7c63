import { notifications } from '@mantine/notifications';
import { messageOf } from './states.tsx';

/** Shows a message of success for some seconds. */
export function notify(message: string): void {
  notifications.show({ message, color: 'loom' });
}

/** Shows why something that was asked for did not happen. */
export function notifyFailure(error: unknown): void {
  notifications.show({ message: messageOf(error), color: 'red', autoClose: 8_000 });
}
