import { ConnectorError } from '../failure.ts';
import { RecordRefusal } from '../sql/refusal.ts';
import type { DriverError } from './driver.ts';

/** Own words by number: what Snowflake says itself may hold a value of the record. */
const reasons: Readonly<Record<string, string>> = {
  '100035': 'This is not a value of the type of the column.',
  '100037': 'This is not a value of the type of the column.',
  '100038': 'This is not a value of the type of the column.',
  '100039': 'The number is out of the range of the column.',
  '100040': 'This is not a value of the type of the column.',
  '100069': 'This is not valid JSON.',
  '100072': 'The column must not be null.',
  '100078': 'The text is longer than the column allows.',
  '100082': 'The value is larger than Snowflake keeps.',
  '100132': 'The numbers are out of the range of the column.',
};

/** Tokens that have ended, sessions that are gone, a lock that was not given, a transaction ended. */
const passing = /^(3901(01|10|11|12|14|15|95)|0006(04|25|30)|00066[01]|4050\d\d|407002)$/;
/** Keys, users, roles and warehouses that are not there or not allowed. */
const refusing = /^(390\d\d\d|00060[36]|002043|003001)$/;

/** What an error of the driver means here; what is none of its errors comes back as it is. */
export function understand(error: unknown): unknown {
  if (error instanceof ConnectorError || error instanceof RecordRefusal) return error;
  if (!(error instanceof Error)) return error;
  const { code = '', sqlState = '', message } = error as DriverError;
  const number = String(code).padStart(6, '0');
  const reason = reasons[number];
  if (reason !== undefined) return new RecordRefusal(reason, undefined, number);
  const more = { upstream: message.slice(0, 300), cause: error };
  if (passing.test(number)) {
    return new ConnectorError('retry', `Snowflake cannot be used just now (${number}).`, more);
  }
  if (/^(02000|42S02)$/.test(sqlState) || number === '002003') {
    const words = `There is no such object, or the role may not use it (${number}).`;
    return new ConnectorError('configuration', `Snowflake refuses: ${words}`, more);
  }
  if (refusing.test(number) || sqlState !== '') {
    const message = `Snowflake refuses what is asked (${number}): see what it said.`;
    return new ConnectorError('configuration', message, more);
  }
  return new ConnectorError('retry', `Snowflake cannot be used just now (${number}).`, more);
}
