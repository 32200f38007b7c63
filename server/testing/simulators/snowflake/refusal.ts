/** What Snowflake answers in place of a result. */
export class Refusal extends Error {
  readonly code: string;
  readonly sqlState: string;

  constructor(code: string, sqlState: string, message: string) {
    super(message);
    this.code = code;
    this.sqlState = sqlState;
  }
}

/** What an error of the engine is called there. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { message } = error as Error;
  const compile = (code: string, state: string) =>
    new Refusal(code, state, `SQL compilation error: ${message}`);
  if (/NOT NULL constraint/.test(message)) {
    const column = message.split('.').at(-1);
    return new Refusal('100072', '22000', `NULL result in a non-nullable column: ${column}`);
  }
  if (/CHECK constraint/.test(message)) {
    return new Refusal('100078', '22000', 'String is too long and would be truncated');
  }
  if (/no such table/.test(message)) return compile('002003', '02000');
  if (/no such column|has no column/.test(message)) return compile('000904', '42000');
  return compile('001003', '42000');
}
