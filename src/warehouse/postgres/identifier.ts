import { escapeIdentifier, escapeLiteral } from 'pg';

/** Each part quoted, joined by dots: the only way in which names enter a statement. */
export function identifier(...parts: readonly string[]): string {
  return parts.map((part) => escapeIdentifier(part)).join('.');
}

/** A text in a statement that takes no parameters, such as COMMENT. */
export function literal(text: string): string {
  return escapeLiteral(text.toWellFormed().replaceAll('\0', ''));
}

/** Bytes of an identifier at most; Postgres cuts longer ones silently. */
export const identifierBytes = 63;
