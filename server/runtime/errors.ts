import { type ErrorCode, errors } from '../../contract/errors.ts';

/** `constraint` is the keyword of the schema, where it was one that refused. */
export type FieldError = { field: string; message: string; constraint?: string };

type Details = {
  message?: string;
  fields?: FieldError[];
  headers?: Record<string, string>;
  /** What a connected system said, without secrets. */
  upstream?: string;
};

/** An outcome that a caller may be shown. Anything else that is thrown is a bug, and stays inside. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly fields: FieldError[] | undefined;
  readonly headers: Record<string, string> | undefined;
  readonly upstream: string | undefined;

  constructor(code: ErrorCode, details: Details = {}) {
    super(details.message ?? errors[code].message);
    this.code = code;
    this.status = errors[code].status;
    this.fields = details.fields;
    this.headers = details.headers;
    this.upstream = details.upstream;
  }
}

/** A 400 that names the field and its rule. */
export function invalid(field: string, message: string, constraint?: string): AppError {
  return new AppError('invalid_request', {
    message: `${field}: ${message}`,
    fields: [{ field, message, ...(constraint ? { constraint } : {}) }],
  });
}

/** A setting that cannot be used; its message is one line that names it. */
export class ConfigError extends Error {}
