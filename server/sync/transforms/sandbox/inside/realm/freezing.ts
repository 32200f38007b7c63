/**
 * Makes what the language brings along unchangeable, so that no record finds what another left there,
 * and takes away what lives outside of the heap's limit, or runs when no record is at work.
 */
export function freezeRealm(): void {
  const outside = ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'console'];
  for (const name of [...outside, 'FinalizationRegistry', 'WeakRef']) {
    Reflect.deleteProperty(globalThis, name);
  }
  for (const prototype of overridden()) allowOverriding(prototype);
  // The functions themselves are left as they are: walking them takes as long as the records do.
  for (const object of holders()) Object.freeze(object);
  for (const key of Reflect.ownKeys(globalThis)) fix(globalThis, key);
}

/** All objects that have methods of the language. */
export function holders(): Set<object> {
  const hidden = [async () => {}, function* () {}, async function* () {}, [][Symbol.iterator]()];
  const iterators = [new Map().keys(), new Set().keys(), ''[Symbol.iterator](), ''.matchAll(/x/g)];
  const objects = new Set<object>();
  for (const object of [...hidden, ...iterators, Uint8Array]) {
    addWithPrototype(objects, Object.getPrototypeOf(object));
  }
  // Iterators inherit from what only they lead to.
  for (const object of objects) addWithPrototype(objects, Object.getPrototypeOf(object));
  for (const key of Reflect.ownKeys(globalThis)) {
    const value = Reflect.get(globalThis, key);
    if (value === globalThis) continue;
    addWithPrototype(objects, value);
    if (key !== 'Intl' && key !== 'Temporal') continue;
    for (const member of Reflect.ownKeys(value)) addWithPrototype(objects, value[member]);
  }
  return objects;
}

export function addWithPrototype(objects: Set<object>, value: unknown): void {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
  objects.add(value);
  const prototype = Object.getOwnPropertyDescriptor(value, 'prototype')?.value;
  if (typeof prototype === 'object' && prototype !== null) objects.add(prototype);
}

export function overridden(): object[] {
  const errors = [Error, TypeError, RangeError, SyntaxError, ReferenceError];
  return [Object.prototype, Function.prototype, ...errors.map(({ prototype }) => prototype)];
}

/** What inherits a property that can't be written can't have its own by assignment, but for this. */
export function allowOverriding(prototype: object): void {
  for (const key of Reflect.ownKeys(prototype)) {
    const { value, configurable } = Object.getOwnPropertyDescriptor(prototype, key) ?? {};
    if (configurable !== true || value === undefined) continue;
    Object.defineProperty(prototype, key, {
      get: () => value,
      set(own: unknown) {
        if (this === prototype)
          throw new TypeError(`${String(key)} of a built-in can't be changed`);
        const property = { value: own, writable: true, enumerable: true, configurable: true };
        Object.defineProperty(this, key, property);
      },
    });
  }
}

export function fix(object: object, key: string | symbol): void {
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  if (descriptor?.configurable !== true) return;
  const isData = 'value' in descriptor;
  const fixed = isData ? { writable: false, configurable: false } : { configurable: false };
  Object.defineProperty(object, key, fixed);
}
