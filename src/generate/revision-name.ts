/** Whether a class of a revision can have that name: its stamp follows it, so it does not end in a digit. */
export function isRevisionName(name: string): boolean {
  return /^[A-Z][A-Za-z0-9]*[A-Za-z]$/.test(name);
}
