import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Static } from 'typebox';
import {
  type ExtensionManifest,
  extensionProtocol,
  fieldTypes,
} from '../../contract/sync/extension-protocol.ts';
import { readType } from '../../server/sync/values/spelling.ts';
import type * as sdk from './protocol.ts';

type Protocol = typeof extensionProtocol;
type Request<N extends keyof Protocol> = Static<Protocol[N]['request']>;
type Answer<N extends keyof Protocol> = Static<Protocol[N]['answer']>;
type Json = sdk.JsonRecord;

/** Without what differs for the compiler only: an optional member may be written as undefined, too. */
type Plain<T> = T extends readonly (infer I)[]
  ? Plain<I>[]
  : T extends object
    ? unknown extends T[keyof T]
      ? T
      : { [K in keyof T]: K extends keyof T ? Plain<Exclude<T[K], undefined>> : never }
    : T;
type Same<A, B> = Alike<Plain<A>, Plain<B>>;
type Alike<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles as long as authors are told what is said over the wire. */
const same: {
  check: [
    Same<sdk.Connected<Json, Json>, Request<'check'>>,
    Same<sdk.CheckAnswer, Answer<'check'>>,
  ];
  discover: [
    Same<sdk.Connected<Json, Json>, Request<'discover'>>,
    Same<sdk.DiscoverAnswer, Answer<'discover'>>,
  ];
  read: [Same<sdk.ReadRequest<Json, Json>, Request<'read'>>, Same<sdk.Page, Answer<'read'>>];
  query: [Same<sdk.QueryRequest<Json, Json>, Request<'query'>>, Same<sdk.Page, Answer<'query'>>];
  write: [
    Same<sdk.WriteRequest<Json, Json>, Request<'write'>>,
    Same<sdk.WriteAnswer, Answer<'write'>>,
  ];
  manifest: [Same<sdk.Manifest, Static<typeof ExtensionManifest>>];
} = {
  check: [true, true],
  discover: [true, true],
  read: [true, true],
  query: [true, true],
  write: [true, true],
  manifest: [true],
};

test('authors are told of every call', () => {
  const { manifest: _, ...calls } = same;

  assert.deepEqual(Object.keys(calls), Object.keys(extensionProtocol));
});

test('the server knows every type that a field may have', () => {
  const unknown = fieldTypes.filter((type) => readType(type) === undefined);

  assert.deepEqual(unknown, []);
});
