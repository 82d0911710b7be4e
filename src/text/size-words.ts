const UNITS = ['kB', 'MB', 'GB', 'TB'];

/** A number of bytes as people read it: `1.5 MB`. */
export function sizeWords(bytes: number): string {
  let [value, unit] = [bytes / 1024, 0];
  for (; value >= 1024 && unit < UNITS.length - 1; unit += 1) value /= 1024;
  const shown = value < 10 && value > 0 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US');
  return `${shown} ${UNITS[unit] ?? ''}`;
}
