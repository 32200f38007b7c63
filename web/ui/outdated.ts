import { pages } from '../../contract/platform/pages.ts';
import { reach } from '../api.ts';

const storageKey = 'heddle-reloaded-at';
const pauseMilliseconds = 60_000;
const mark = /<meta name="build" content="(\w+)"/;
let isOutdated = false;
let held = 0;

/** Checks whether the server has another build of the website by now. */
export async function checkBuild(): Promise<void> {
  // If it fails, the next interruption checks again.
  const html = await loadPage().catch(() => '');
  const own = document.querySelector<HTMLMetaElement>('meta[name=build]')?.content;
  const served = mark.exec(html)?.[1];
  isOutdated = served !== undefined && served !== own;
}

/**
 * Whether the next page should be loaded from the server: this build is old, and nothing would be
 * lost.
 */
export function shouldLoadAnew(): boolean {
  return isOutdated && held === 0;
}

/** Asks for confirmation before the page is left; answers a function that ends this. */
export function holdPage(): () => void {
  let isHeld = true;
  held += 1;
  if (held === 1) window.addEventListener('beforeunload', ask);
  return () => {
    if (!isHeld) return;
    isHeld = false;
    held -= 1;
    if (held === 0) window.removeEventListener('beforeunload', ask);
  };
}

/**
 * Code of the page could not be loaded. If the server answers, the page is older than the server's
 * build, or the browser has cached a failure: the page is reloaded, but only once in a while.
 * @throws ApiError when the server does not answer
 */
export async function loadAnew(): Promise<void> {
  await loadPage();
  const last = Number(sessionStorage.getItem(storageKey) ?? 0);
  if (Date.now() - last < pauseMilliseconds) return;
  sessionStorage.setItem(storageKey, String(Date.now()));
  location.reload();
}

/** @throws ApiError */
async function loadPage(): Promise<string> {
  const answer = await reach(pages.outside.signIn, { cache: 'no-store' });
  return answer.text();
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
