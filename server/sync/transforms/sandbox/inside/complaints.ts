import type { Complaint } from './messages.ts';

const place = / \[(?:transform|bundle)\.js:(\d+):(\d+)\]$/;

/** What V8 says of code that it can't compile. */
export function complaintOf(error: unknown): Complaint {
  const message = error instanceof Error ? error.message : String(error);
  const [, line = '1', column = '1'] = place.exec(message) ?? [];
  return { message: message.replace(place, ''), line: Number(line), column: Number(column) };
}

/** JSONata counts characters. */
export function placeOf(
  code: string,
  { message, position }: { message: string; position: number },
): Complaint {
  const lines = code.slice(0, position).split('\n');
  return { message, line: lines.length, column: (lines.at(-1) as string).length + 1 };
}
