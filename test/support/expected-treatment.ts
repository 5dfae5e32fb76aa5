import { createHmac } from 'node:crypto';

/** Rules as a test gives them: the same words as the settings, and the secret itself. */
export interface TestRules {
  readonly properties?: Readonly<Record<string, { readonly [Each in Word]?: readonly string[] | undefined }>>;
  readonly sensitivity?: Readonly<Partial<Record<'sensitive' | 'highly_sensitive', Word>>>;
  readonly key?: string;
}

type Word = 'refuse' | 'exclude' | 'hash' | 'include';

const strictness: readonly Word[] = ['include', 'hash', 'exclude', 'refuse'];

/** An object of the sandbox's, with what Keyway needs to follow it. */
interface Followed {
  readonly name: string;
  readonly watermark: string;
  readonly created: string;
  readonly merges: boolean;
}

const ofMerges = ['hs_merged_object_ids', 'hs_calculated_merged_vids'];

/** What the rules make of a property, worked out anew: this file shares no line with `src/privacy.ts`. */
export function expectedTreatment(
  { properties = {}, sensitivity = {} }: TestRules,
  { name: object, watermark, created, merges }: Followed,
  { name, dataSensitivity }: { readonly name: string; readonly dataSensitivity?: string },
): Word {
  if ([watermark, created, 'hs_object_id', ...(merges ? ofMerges : [])].includes(name)) return 'include';
  let named: Word = 'include';
  for (const place of [object, '*']) {
    const lists = properties[place] ?? {};
    const found = strictness
      .toReversed()
      .find((word) => (lists[word] ?? []).some((each) => means(each, name)));
    if (found === undefined && lists.include === undefined) continue;
    named = found ?? 'exclude';
    break;
  }
  const sensitive =
    dataSensitivity === undefined
      ? 'include'
      : (sensitivity[dataSensitivity as 'sensitive' | 'highly_sensitive'] ?? 'exclude');
  if (named === 'exclude') return named;
  return strictness[Math.max(strictness.indexOf(named), strictness.indexOf(sensitive))]!;
}

/** `a*b*` by looking for one piece after the other. */
function means(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === name;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let middle = name.slice(first.length, name.length - last.length);
  for (const piece of rest) {
    const at = middle.indexOf(piece);
    if (at < 0) return false;
    middle = middle.slice(at + piece.length);
  }
  return true;
}

/** Computed as one would in Postgres with pgcrypto: encode(hmac(value, key, 'sha256'), 'hex'). */
export function expectedHash(key: string, raw: string | null): string | null {
  return raw === null || raw === ''
    ? null
    : createHmac('sha256', key).update(Buffer.from(raw, 'utf8')).digest('hex');
}
