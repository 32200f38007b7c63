import type { TObject } from 'typebox';
import type { Answer, Api, Endpoint, Input } from '../../../contract/endpoint.ts';
import type { Answering } from '../../runtime/http/reply.ts';
import type {
  OutsideContext,
  PublicContext,
  ReadContext,
  UploadContext,
  WriteContext,
} from '../context.ts';

type ContextOf<E extends Endpoint> = E['scope'] extends 'public'
  ? PublicContext
  : E['form'] extends TObject
    ? UploadContext
    : E['outside'] extends true
      ? OutsideContext
      : E['method'] extends 'GET'
        ? ReadContext
        : WriteContext;

type Work<E extends Endpoint> = (
  ctx: ContextOf<E>,
  input: Input<E>,
) => Promise<Answering<Answer<E>>> | Answering<Answer<E>>;

/** The function behind each endpoint of an API; a missing or mistyped one does not compile. */
export type Routes<A extends Api> = {
  readonly [Name in keyof A['endpoints']]: Work<A['endpoints'][Name]>;
};
