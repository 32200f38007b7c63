type Ask = { port: number; path: string; authorization: string };
type Length = { seconds: number } | { until: Promise<unknown> };

const pauseMilliseconds = 10;

/** How long answers take, asked for one after the other, in milliseconds. */
export async function timesOf({ port, path, authorization }: Ask, length: Length) {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  const ended =
    'until' in length
      ? length.until.finally(end)
      : new Promise<void>((resolve) => setTimeout(resolve, length.seconds * 1000)).then(end);
  const times: number[] = [];
  while (!isOver) {
    const began = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization } });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
    times.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
  await ended;
  return times;
}

export function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}
