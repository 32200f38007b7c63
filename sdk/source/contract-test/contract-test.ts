import { describe } from 'node:test';
import type { Connector } from '../connector.ts';
import { type RemoteExtension, targetOf } from '../target.ts';
import { testCheck } from './checking.ts';
import { testDiscover } from './discovering.ts';
import type { ContractOptions } from './options.ts';
import { testRead } from './reading.ts';
import { testWrite } from './writing.ts';

/**
 * Tests that a connector keeps the contract with the server: `check`, `discover`, and what it can of
 * `read`, `write` and `query`. One line in a file that `node --test` runs; it needs a real system, or a
 * stand-in for it, and leaves nothing behind there.
 */
export function contractTest(tested: Connector | RemoteExtension, options: ContractOptions): void {
  const given = { config: options.config ?? {}, credentials: options.credentials ?? {} };
  const target = targetOf(tested, given);
  describe(`the contract of ${'url' in tested ? tested.url : tested.provider}`, () => {
    testCheck(target, given, options);
    testDiscover(target, options);
    if (target.can.read) testRead(target, options);
    if (target.can.write) testWrite(target, options);
  });
}
