/**
 * A key as it was meant: without the spaces, line breaks and quotes around it, the `Authorization: Bearer ` before it, and the
 * invisible characters that come along when something is copied from a page or saved by an editor. It may be empty.
 */
export function pastedKey(text: string): string {
  return text
    .replaceAll(invisible, '')
    .replace(surrounding, '')
    .replace(/^(?:authorization:\s*)?bearer(?:\s+|$)/i, '')
    .replace(surrounding, '');
}

/** Whether a header can carry it (RFC 6750, section 2.1). Anything else could break out of the header, and some clients print the header when it does. */
export function fitsHeader(key: string): boolean {
  return /^[A-Za-z0-9\-._~+/]+=*$/.test(key);
}

/** Soft hyphen, zero-width characters, marks of direction, word joiners, byte order mark. */
const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const surrounding = /^[\s"'`‘’“”„«»]+|[\s"'`‘’“”„«»]+$/g;
