import type { Log } from '../../runtime/log.ts';

export type Line = Record<string, unknown> & { level: string; message: string };

/** A log that keeps its lines, those of its children too. */
export function collectLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const logWith = (fixed: object): Log => {
    const write = (level: string) => (fields: object, message: string) => {
      lines.push({ level, message, ...fixed, ...fields });
    };
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => logWith({ ...fixed, ...fields }),
    };
  };
  return { log: logWith({}), lines };
}
