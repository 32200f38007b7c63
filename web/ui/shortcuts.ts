import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';

/** `keys` is a key (`c`), two after each other (`g i`), or one with Ctrl or Cmd (`mod+k`). */
export type ShownShortcut = { keys: string; does: string; group: string };
export type Shortcut = ShownShortcut & { run: () => void };

const sequenceMilliseconds = 1_500;
const storageKey = 'heddle-shortcuts';
const registered: { current: readonly Shortcut[] }[] = [];
const listeners = new Set<() => void>();
let shown: readonly Shortcut[] = [];
let heardByFields: readonly ShownShortcut[] = [];
let isOn = readSwitch();

/**
 * Registers shortcuts while a page is shown, before it is painted: what is seen hears its keys. Of two
 * for the same keys, the later one is used.
 */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  useLayoutEffect(() => {
    latest.current = shortcuts;
  });
  useLayoutEffect(() => {
    registered.push(latest);
    announce();
    return () => {
      registered.splice(registered.indexOf(latest), 1);
      announce();
    };
  }, []);
}

/** All shortcuts of this page, for the help. */
export function useRegisteredShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(subscribe, () => shown);
}

/** Declares the keys that fields of these pages handle themselves, for the help. */
export function useFieldKeys(keys: readonly ShownShortcut[]): void {
  useLayoutEffect(() => {
    heardByFields = keys;
    announce();
    return () => {
      heardByFields = [];
      announce();
    };
  }, [keys]);
}

/** All of these keys, for the help. */
export function useShownFieldKeys(): readonly ShownShortcut[] {
  return useSyncExternalStore(subscribe, () => heardByFields);
}

/** Single keys can be turned off, for people who dictate (WCAG 2.1.4). */
export function useShortcutSwitch(): [boolean, (on: boolean) => void] {
  return [useSyncExternalStore(subscribe, () => isOn), turn];
}

/** Listens to the keyboard; answers a function that stops. */
export function listenToKeys(): () => void {
  let before = '';
  let at = 0;
  const hear = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey) return;
    const isModified = event.ctrlKey || event.metaKey;
    if (!isModified && (!isOn || takesText(event.target) || isInDialog(event.target))) return;
    const key = (isModified ? 'mod+' : '') + event.key;
    const sequence = performance.now() - at < sequenceMilliseconds ? `${before} ${key}` : '';
    const found = find(sequence) ?? find(key);
    before = found ? '' : key;
    at = performance.now();
    if (!found) return;
    event.preventDefault();
    found.run();
  };
  window.addEventListener('keydown', hear);
  return () => window.removeEventListener('keydown', hear);
}

function find(keys: string): Shortcut | undefined {
  if (keys === '') return undefined;
  return registered
    .toReversed()
    .flatMap(({ current }) => current)
    .find((shortcut) => shortcut.keys === keys);
}

function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !/^(checkbox|radio|button)$/.test(target.type);
}

/** Shortcuts do not reach the page behind a dialog or menu. */
function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role=dialog], [role=menu]') !== null;
}

function turn(on: boolean): void {
  isOn = on;
  if (on) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, 'off');
  announce();
}

function readSwitch(): boolean {
  return typeof localStorage === 'undefined' || localStorage.getItem(storageKey) !== 'off';
}

function announce(): void {
  const byKeys = new Map(
    registered.flatMap(({ current }) => current).map((one) => [one.keys, one]),
  );
  shown = [...byKeys.values()];
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
