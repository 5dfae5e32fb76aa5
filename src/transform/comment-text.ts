/**
 * Somebody's text as part of a comment: on one line, without markup and without characters that would move what a terminal
 * shows around it, and cut.
 */
export function commentText(text: string, longest: number): string {
  const plain = text
    .toWellFormed()
    .replace(markup, ' ')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_entity, name: string) => entities[name] ?? ' ')
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .replace(direction, '')
    .trim();
  const characters = Array.from(plain);
  return characters.length <= longest
    ? plain
    : `${characters
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`;
}

/** What HubSpot's editor makes; anything else in angle brackets may well be meant. */
const markup = /<\/?(?:a|b|br|div|em|h[1-6]|i|img|li|ol|p|span|strong|u|ul)(?:\s[^<>]*)?\/?>/gi;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** Marks that turn the direction of all text behind them. */
const direction = /[\u202a-\u202e\u2066-\u2069]/g;
