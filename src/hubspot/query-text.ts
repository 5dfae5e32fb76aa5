/** The query as it is sent. Its length decides whether values can be asked for in the URL. */
export function queryText(query: Readonly<Record<string, string>> | undefined): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
}
