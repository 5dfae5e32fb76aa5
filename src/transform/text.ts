/**
 * Text that a warehouse can hold: without NUL (Postgres refuses it in text and in jsonb), and with U+FFFD in place of
 * half a surrogate pair, which is not valid Unicode.
 */
export function cleanText(value: string): string {
  const wellFormed = value.isWellFormed() ? value : value.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '') : wellFormed;
}
