let channel: BroadcastChannel | undefined;

/** The channel of all tabs of the browser. */
function tabs(): BroadcastChannel {
  channel ??= new BroadcastChannel('heddle-signed-out');
  return channel;
}

/**
 * Tells the other tabs that somebody has signed out here, so that they show nothing of theirs any
 * more.
 */
export function announceSignedOut(): void {
  tabs().postMessage('');
}

/**
 * Calls `leave` when another tab signs out, and `check` when the browser restores this page from
 * its cache.
 */
export function hearSignedOut(leave: () => void, check: () => void): void {
  tabs().onmessage = leave;
  addEventListener('pageshow', ({ persisted }) => persisted && check());
}
