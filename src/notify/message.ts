/** What is posted. */
export interface Message {
  /** In bold: what it is about. */
  readonly heading: string;
  /** Whose account and which warehouse. */
  readonly place: string;
  /** A sentence each. */
  readonly lines: readonly string[];
  /** What tells of the lines that do not fit. */
  readonly rest?: string;
}

/**
 * The message as Slack's mrkdwn (Slack docs, Formatting message text: `&`, `<` and `>` are to be escaped, and with them go mentions and
 * links). What does not fit is counted.
 */
export function slackText({ heading, place, lines, rest }: Message): string {
  const head = [`*${escaped(heading, longestHead)}*`, escaped(place, longestHead)].filter(
    (each) => each !== '',
  );
  const shown: string[] = [];
  let bytes = byteLength(head.join('\n'));
  for (const line of lines) {
    const item = `• ${escaped(line, longestLine)}`;
    bytes += byteLength(item) + 1;
    if (bytes > mostBytes) break;
    shown.push(item);
  }
  const left = lines.length - shown.length;
  const more = left === 0 ? [] : [`… and ${left} more${rest === undefined ? '' : `: ${rest}`}`];
  return [...head, ...shown, ...more].join('\n');
}

/** That what was told is over: its first sentence, without the advice. */
export function overLine(text: string): string {
  const [first = text] = text.split(/(?<=[.!?])\s/);
  return `No longer: ${first.replace(/\.$/, '')}`;
}

/**
 * Text of others, as it is and nothing else: a mention of everybody stays a word, and so it does in products that take the same messages
 * but read plain `@channel`, such as Mattermost. What is invisible is left out, since it could turn a sentence around.
 */
function escaped(text: string, most: number): string {
  const plain = text
    .toWellFormed()
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  const points = Array.from(plain);
  const cut = points.length <= most ? plain : `${points.slice(0, most - 1).join('')}…`;
  return cut
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/@(?=\w)/g, '@\u200b')
    .replaceAll('://', ':\u200b//');
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Characters before they are escaped. */
const longestLine = 400;
const longestHead = 120;
/** Slack shows messages of up to 4,000 characters as one, and some products take no longer ones. */
const mostBytes = 3600;
