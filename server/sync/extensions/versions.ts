/** Orders versions as semantic versioning does: https://semver.org/#spec-item-11 */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  for (let at = 0; at < 3; at += 1) {
    const difference = Number(a.numbers[at]) - Number(b.numbers[at]);
    if (difference !== 0) return difference;
  }
  // What has a pre-release comes before what is released.
  if (!a.before.length || !b.before.length) return b.before.length - a.before.length;
  for (let at = 0; at < Math.max(a.before.length, b.before.length); at += 1) {
    const difference = compareParts(a.before[at], b.before[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The newest one; a pre-release only where nothing is released. */
export function newestOf(versions: readonly string[]): string | undefined {
  const released = versions.filter((one) => !one.includes('-'));
  return (released.length > 0 ? released : [...versions]).sort(compareVersions).at(-1);
}

function partsOf(version: string): { numbers: string[]; before: string[] } {
  const [core = '', ...rest] = version.split('-');
  const before = rest.join('-');
  return { numbers: core.split('.'), before: before === '' ? [] : before.split('.') };
}

function compareParts(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return one === other ? 0 : one ? 1 : -1;
  const [isNumber, isOther] = [one, other].map((part) => /^\d+$/.test(part));
  if (isNumber && isOther) return Number(one) - Number(other);
  if (isNumber !== isOther) return isNumber ? -1 : 1;
  return one < other ? -1 : one > other ? 1 : 0;
}
