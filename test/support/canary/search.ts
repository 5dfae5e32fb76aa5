/** Tells in which ways bytes hold a secret; empty when they hold none. Never the secret itself. */
export type Search = (bytes: Buffer | string) => readonly string[];

/** Searches for each secret as it is, for any 16 characters of its random part, and for what encodings make of it. */
export function searchFor(secrets: Iterable<string>): Search {
  const whole = [...secrets].filter((secret) => secret.length >= shortest).flatMap(encodings);
  const parts = [...secrets].map(randomPart).filter((part) => part.length >= run);
  return (given) => {
    const bytes = typeof given === 'string' ? Buffer.from(given) : given;
    const ways = whole.filter(({ text }) => bytes.includes(text)).map(({ way }) => way);
    if (parts.some((part) => hasRun(bytes, part))) ways.push(`${run} characters of it`);
    if (hasForm(bytes)) ways.push('something of the form of a Service Key');
    return [...new Set(ways)];
  };
}

/** A shorter one, such as the password of a throw-away server, would be found in words that mean nothing. */
const shortest = 12;
const run = 16;
const block = 8;

interface Encoded {
  readonly way: string;
  readonly text: Buffer;
}

function encodings(secret: string): Encoded[] {
  const bytes = Buffer.from(secret);
  return [
    { way: 'the value', text: secret },
    { way: 'the value, URL-encoded', text: encodeURIComponent(secret) },
    { way: 'the value, as in JSON', text: JSON.stringify(secret).slice(1, -1) },
    { way: 'the value, in hexadecimal', text: bytes.toString('hex') },
    ...[0, 1, 2].flatMap((offset) => {
      const text = withinBase64(bytes, offset);
      const url = text.replaceAll('+', '-').replaceAll('/', '_');
      return [text, url].map((text) => ({ way: 'the value, in base64', text }));
    }),
  ].map(({ way, text }) => ({ way, text: Buffer.from(text) }));
}

/** What base64 makes of it behind `offset` other bytes and before more of them: without the digits that those have a part in. */
function withinBase64(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const isShared = (offset + bytes.length) % 3 !== 0;
  return text.slice(Math.ceil((offset * 8) / 6), isShared ? -1 : undefined);
}

/** Without what every Service Key begins with. */
function randomPart(secret: string): string {
  return secret.replace(/^pat-\w+-/, '');
}

/** Any run of 16 has one of the blocks of 8 that begin at a multiple of 8: so few searches find all. */
function hasRun(bytes: Buffer, part: string): boolean {
  for (let at = 0; at + block <= part.length; at += block) {
    const wanted = part.slice(at, at + block);
    for (let found = bytes.indexOf(wanted); found >= 0; found = bytes.indexOf(wanted, found + 1)) {
      if (lengthAround(bytes, found, { part, at }) >= run) return true;
    }
  }
  return false;
}

/** How many characters of the part stand around the place where its block was found. */
function lengthAround(bytes: Buffer, found: number, { part, at }: { part: string; at: number }): number {
  let before = 0;
  while (before < at && bytes[found - before - 1] === part.charCodeAt(at - before - 1)) before += 1;
  let after = block;
  while (at + after < part.length && bytes[found + after] === part.charCodeAt(at + after)) after += 1;
  return before + after;
}

const form = /pat-[a-z]{2,4}\d{1,3}-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/gi;

/** A key that nobody told of is one all the same; those of the documentation are zeros and ones. */
function hasForm(bytes: Buffer): boolean {
  if (!bytes.includes('pat-')) return false;
  return [...bytes.toString('latin1').matchAll(form)].some(
    ([, uuid = '']) => !/^([01])\1*$/.test(uuid.replaceAll('-', '')),
  );
}
