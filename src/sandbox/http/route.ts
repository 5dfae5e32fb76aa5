import type { Answer, Exchange } from './exchange.ts';
import type { LimitKind } from './rate-limits.ts';

/** One endpoint. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** The path without its version: `/objects/:objectType/search`. */
  readonly template: string;
  readonly limit: LimitKind;
  /** Any one of these opens it; endpoints of objects ask for the object's scopes as well. */
  readonly scopes?: readonly string[];
  readonly handle: (exchange: Exchange) => Answer;
}

export interface Located {
  readonly version: string;
  readonly segments: readonly string[];
}

const versions = new Set(['v3', 'v4', '2026-03', '2026-09']);
const areas = new Set(['account-info', 'settings', 'crm-object-schemas', 'crm', 'oauth']);

/**
 * A path without its version. Dated paths name the version after the area (`/crm/objects/2026-09/…`), the older ones
 * before it (`/crm/v3/objects/…`); both mean the same endpoint. Unknown versions lead nowhere.
 */
export function locate(path: string): Located | undefined {
  const [area = '', ...rest] = path.split('/').filter(Boolean).map(decode);
  if (!areas.has(area)) return undefined;
  if (area === 'oauth') return { version: rest[0] ?? '', segments: ['oauth', ...rest] };
  const at = rest.findIndex((segment) => versions.has(segment));
  if (at < 0 || at > 1) return undefined;
  const own = area === 'crm' || area === 'crm-object-schemas' ? [] : [area];
  return { version: rest[at] ?? '', segments: [...own, ...rest.slice(0, at), ...rest.slice(at + 1)] };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The routes whose path fits, whatever their method. */
export function fitting(routes: readonly Route[], segments: readonly string[]): Match[] {
  return routes.flatMap((route) => {
    const parts = route.template.split('/').slice(1);
    if (parts.length !== segments.length) return [];
    const params: Record<string, string> = {};
    for (const [i, part] of parts.entries()) {
      const segment = segments[i] ?? '';
      if (part.startsWith(':')) params[part.slice(1)] = segment;
      else if (part !== segment) return [];
    }
    return [{ route, params }];
  });
}
