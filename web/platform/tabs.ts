let channel: BroadcastChannel | undefined;

/** All tabs of the browser; what one says, the others hear. */
function tabs(): BroadcastChannel {
  channel ??= new BroadcastChannel('heddle-signed-out');
  return channel;
}

/** Somebody has signed out here: no other tab shows anything of theirs any more. */
export function announceSignedOut(): void {
  tabs().postMessage('');
}

/** Whoever comes back to a page that the browser has kept may have signed out since. */
export function hearSignedOut(leave: () => void, check: () => void): void {
  tabs().onmessage = leave;
  addEventListener('pageshow', ({ persisted }) => persisted && check());
}
