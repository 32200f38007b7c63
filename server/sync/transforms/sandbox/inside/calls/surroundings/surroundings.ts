import * as aborting from './aborting.ts';
import * as bytes from './bytes.ts';
import * as fetching from './fetching.ts';
import * as running from './running.ts';
import * as urls from './urls.ts';

const parts = { ...urls, ...bytes, ...aborting, ...fetching, ...running };

/** Values that are no functions, as they are written. */
const constants = `const outcomeCharactersMax = ${16 * 2 ** 20};
const timers = { next: 1, running: new Set() };
const waiting = { next: 1, resolves: new Map() };
const webCrypto = {
  ${methods(bytes.webCrypto)},
  subtle: { ${methods(bytes.webCrypto.subtle)} },
};`;

/**
 * What an isolate runs before the bundle: the functions and classes of this folder as text. It is a
 * function that takes the host's functions by name, and answers what runs a call, and
 * what the host answers by.
 */
export const surroundingsSource = `(() => { 'use strict'; return (...given) => {
const names = ${JSON.stringify(hostNames())};
const host = Object.fromEntries(names.map((name, at) => [name, given[at]]));
${Object.values(parts)
  .filter((one) => typeof one === 'function')
  .map(String)
  .join('\n')}
${constants}
giveParts();
for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics']) delete globalThis[name];
const nothing = () => undefined;
Object.assign(globalThis, {
  URL: Url, URLSearchParams: SearchParams, TextEncoder: Encoder, TextDecoder: Decoder,
  atob: toBinary, btoa: fromBinary, crypto: webCrypto,
  AbortController: Controller, AbortSignal: Signal,
  setTimeout: startTimer, clearTimeout: stopTimer,
  queueMicrotask: (act) => void Promise.resolve().then(act),
  fetch: fetchOutside, Headers: FetchHeaders, Response: FetchResponse,
  console: { log: nothing, info: nothing, warn: nothing, error: nothing, debug: nothing },
});
return { run, settle };
}; })()`;

/** In the order in which they are given. */
export function hostNames(): readonly (keyof typeof globalThis.host)[] {
  return [
    ...(['begin', 'parseUrl', 'changeUrl', 'encode', 'decode'] as const),
    ...(['toBase64', 'fromBase64', 'random', 'hash', 'hmac'] as const),
  ];
}

function methods(object: object): string {
  return Object.values(object)
    .filter((one) => typeof one === 'function')
    .map(String)
    .join(',\n  ');
}
