import { ConnectorError } from '../failure.ts';
import { clashes, RecordRefusal } from '../sql/refusal.ts';

type Said = {
  code?: string;
  message?: string;
  column?: string;
  constraint?: string;
  where?: string;
};

/** 54000: a value is too large for an index. */
const ofRecords = /^(22|23|54000|P0)/;
/** Those of 54 are bounds of the server that nothing helps over: columns, arguments, depth. */
const ofConfiguration = /^(0A|0L|0P|25|28|2F|34|39|3D|3F|42|44|54|55000|F0)/;
/** A server that only reads just now, as after a failover, or has ended an idle transaction. */
const ofTheMoment = /^(25006|25P03|25P04)$/;
const ofCertificates = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|ERR_TLS|ERR_SSL/;

/** Own words by SQLSTATE: what PostgreSQL says itself may hold a value of the record. */
const reasons: Readonly<Record<string, string>> = {
  '22001': 'The text is longer than the column allows.',
  '22003': 'The number is out of the range of the column.',
  '22007': 'This is not a date or time that the column can hold.',
  '22008': 'The date or time is out of the range of the column.',
  '22009': 'The time zone is out of range.',
  '22021': 'The text has a character that PostgreSQL cannot store.',
  '22026': 'The bits do not have the length of the column.',
  '22032': 'This is not valid JSON.',
  '22P02': 'This is not a value of the type of the column.',
  '22P03': 'This is not a value of the type of the column.',
  '22P05': 'The text has a character that PostgreSQL cannot store.',
  '2200N': 'This is not valid XML.',
  '23502': 'The column must not be null.',
  '23503': clashes.dangling,
  '23505': clashes.taken,
  '23514': 'The record breaks a check of the table.',
  '23P01': 'The record collides with another one.',
};

type Context = { fields?: readonly string[]; isQuery?: boolean };

/**
 * What an error of the driver means here; what is none of its errors comes back as it is. A query of
 * somebody's is read in a transaction that only reads: that it writes is its own fault.
 */
export function understand(
  error: unknown,
  { fields = [], isQuery = false }: Context = {},
): unknown {
  if (error instanceof ConnectorError || error instanceof RecordRefusal) return error;
  if (!(error instanceof Error)) return error;
  const { code = '', message, column, constraint, where } = error as Said & Error;
  if (/^[0-9A-Z]{5}$/.test(code) && ofRecords.test(code)) {
    const reason = reasons[code] ?? `PostgreSQL refuses the record (SQLSTATE ${code}).`;
    const rule = constraint === undefined ? reason : `${reason} (${constraint})`;
    return new RecordRefusal(rule, column ?? fieldIn(where, fields), code);
  }
  const more = { upstream: message, cause: error };
  const isRefused = ofConfiguration.test(code) && (isQuery || !ofTheMoment.test(code));
  if (isRefused || ofCertificates.test(code) || /SSL (connections|required)/i.test(message)) {
    return new ConnectorError('configuration', `PostgreSQL refuses: ${message}`, more);
  }
  return new ConnectorError('retry', `PostgreSQL cannot be used just now: ${message}`, more);
}

/** The column that COPY was at, which only its context tells, in the language of the server. */
function fieldIn(where: string | undefined, fields: readonly string[]): string | undefined {
  const named = fields.filter(
    (field) => where?.includes(` ${field}:`) || where?.endsWith(` ${field}`),
  );
  return named.sort((a, b) => b.length - a.length)[0];
}
