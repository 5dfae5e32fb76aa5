/**
 * Labels of a job or a table, by which a bill can be told apart (BigQuery docs, Adding labels: lower-case letters, digits,
 * `-` and `_`, 63 characters at most).
 */
export function labelled(
  purpose: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const labels = { application: 'keyway', purpose, ...more };
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, fitting(value)]));
}

function fitting(value: string): string {
  return value
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '_')
    .slice(0, 63);
}
