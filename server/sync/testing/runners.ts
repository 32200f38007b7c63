import { readdirSync, readFileSync } from 'node:fs';

/** The processes that do runs for a server. */
export function runnersOf(server: number): number[] {
  return childrenOf(server, 'sync/process.ts');
}

/** The processes that one has started to do a program. */
export function childrenOf(parent: number, program: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const starter = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return starter === parent && command.includes(program);
    } catch {
      return false;
    }
  });
}
