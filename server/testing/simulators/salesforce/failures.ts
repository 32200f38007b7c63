/** What the API refuses; its body is a list with one error. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function malformed(message: string): ApiFailure {
  return new ApiFailure(400, 'MALFORMED_QUERY', message);
}

export function notFound(): ApiFailure {
  return new ApiFailure(404, 'NOT_FOUND', 'The requested resource does not exist');
}
