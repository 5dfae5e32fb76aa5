/** HubSpot's own words, fit for one line of a log: short, without control characters, without anything like a key. */
export function hubspotWords(text: unknown): string {
  if (typeof text !== 'string') return '';
  return (
    text
      .slice(0, 4 * longest)
      .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
      .replaceAll(/\bpat-[\w-]{8,}/gi, 'pat-…')
      .replaceAll(/\bbearer\s+\S+/gi, 'Bearer …')
      // "This oauth-token (…) does not have proper permissions!" has the beginning of the key between the brackets.
      .replaceAll(/\b(token|key) \([^)]*\)/gi, '$1 (…)')
      .trim()
      .slice(0, longest)
  );
}

const longest = 200;
