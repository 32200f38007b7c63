import { readdirSync, readFileSync } from 'node:fs';

/** The processes that do runs for a server. */
export function runnersOf(server: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return parent === server && command.includes('sync/engine/process.ts');
    } catch {
      return false;
    }
  });
}
