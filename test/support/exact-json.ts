import { inDouble, power } from './exact-number.ts';

/**
 * A JSON document in one spelling: members in order, numbers as digits and a power of ten. Read by hand, since `JSON.parse` rounds
 * numbers and passes over all but the last of members with one name. Throws where a document column cannot say the same.
 */
export function exactJson(
  text: string,
  clean: (text: string) => string,
  isHeld: (number: string) => boolean = inDouble,
): string {
  const tokens = tokensOf(text);
  let at = 0;
  const next = (): string => tokens[at++] ?? fail();
  const value = (depth: number): string => {
    const token = next();
    if (depth === deepest && (token === '{' || token === '[')) fail();
    if (token === '{') return object(depth);
    if (token === '[') return list(depth);
    if (token.startsWith('"')) return texted(token);
    if (/^(?:true|false|null)$/.test(token)) return token;
    return /^-?\d/.test(token) && isHeld(token) ? power(token) : fail();
  };
  const texted = (token: string): string => {
    if (!token.startsWith('"')) fail();
    return JSON.stringify(clean(JSON.parse(token) as string));
  };
  const object = (depth: number): string => {
    const members = new Map<string, string>();
    for (let closing = tokens[at] === '}' && at++ >= 0; !closing;) {
      const name = texted(next());
      if (next() !== ':' || members.has(name)) fail();
      members.set(name, value(depth + 1));
      closing = separator('}');
    }
    const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${sorted.map((member) => member.join(':')).join()}}`;
  };
  const list = (depth: number): string => {
    const items: string[] = [];
    for (let closing = tokens[at] === ']' && at++ >= 0; !closing; closing = separator(']')) {
      items.push(value(depth + 1));
    }
    return `[${items.join()}]`;
  };
  const separator = (end: string): boolean => {
    const token = next();
    return token === end || (token === ',' ? false : fail());
  };
  const whole = value(0);
  return at === tokens.length ? whole : fail();
}

/** Levels of objects and lists. */
const deepest = 500;

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  const pattern =
    /[\t\n\r ]*([{}[\],:]|"(?:[^"\\]|\\(?:["\\/bfnrt]|u[\da-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null)|[\t\n\r ]+$/giy;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text) ?? fail();
    if (match[1] !== undefined) tokens.push(match[1]);
  }
  return tokens;
}

function fail(): never {
  throw new SyntaxError('no document that a column could hold');
}
