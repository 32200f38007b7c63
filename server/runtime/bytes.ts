const units = { MB: 1024 ** 2, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** A size as people read it: `1,234.5 MB`. The operator sets MB of 1,048,576 bytes. */
export function bytesInWords(
  bytes: number,
  unit: keyof typeof units,
  format: Intl.NumberFormatOptions = {},
): string {
  const options = { maximumFractionDigits: 1, ...format };
  return `${(bytes / units[unit]).toLocaleString('en-US', options)} ${unit}`;
}
