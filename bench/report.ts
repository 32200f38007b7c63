import type { Figure, Result } from './figures.ts';
import type { Machine } from './machine.ts';

export function printMachine({ date, cpu, cores, memory, system, versions }: Machine): void {
  const parts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  process.stdout.write(
    `${date} · ${cores} × ${cpu} · ${memory} · ${system}\n${parts.join(' · ')}\n`,
  );
}

/** A table of figures, their limits, ratios and aims. */
export function printResult({ benchmark, about, figures }: Result): void {
  const rows = [['', 'measured', 'limit', 'ratio', 'aim', ''], ...figures.map(rowOf)];
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths?.[column] ?? 0, column))
      .join('  ')
      .trimEnd(),
  );
  process.stdout.write(`\n${benchmark}: ${about}\n${lines.join('\n')}\n`);
  for (const { name, note } of figures) {
    if (note) process.stdout.write(`  ${name}: ${note}\n`);
  }
}

function rowOf({ name, value, unit, limit, ratio, aim, met }: Figure): string[] {
  return [
    name,
    `${written(value)} ${unit}`,
    limit ? `${limit.name}: ${written(limit.value)}` : '',
    ratio === undefined ? '' : ratio.toFixed(2),
    aim ? ('atLeast' in aim ? `≥ ${aim.atLeast}` : `≤ ${aim.atMost}`) : '',
    met === undefined ? '' : met ? 'met' : 'MISSED',
  ];
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 || column === 2 || column > 4 ? cell.padEnd(width) : cell.padStart(width);
}

function written(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
