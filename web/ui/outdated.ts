const storageKey = 'heddle-reloaded-at';
const pauseMilliseconds = 60_000;

/** A page that is older than the server asks for files that are gone: load it anew, but only once. */
export function reloadWhenOutdated(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(storageKey) ?? 0);
    if (Date.now() - last < pauseMilliseconds) return;
    sessionStorage.setItem(storageKey, String(Date.now()));
    event.preventDefault();
    location.reload();
  });
}
