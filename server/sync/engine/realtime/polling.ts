import type { ConnectionRow } from '../../connections/store.ts';
import { Moving } from '../moving.ts';
import type { Follow, RunnerServices } from '../runner.ts';

/** Asks the source again and again for what is new. */
export function follows(_services: RunnerServices, _connection: ConnectionRow): Follow {
  return (claim, assignment, ends, means) => new Moving(claim, assignment, ends, means).move();
}
