import { AppError } from '../../../runtime/errors.ts';
import { ConnectorError } from '../failure.ts';

/** Whether a product refused what it was given, rather than being unable to take anything now. */
export function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && error.status < 500;
}

/** What a product threw, for whoever uses a connection to it. */
export function inward(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  const kind = isRefusal(error) ? 'configuration' : 'retry';
  return new ConnectorError(kind, error.message, { cause: error });
}
