import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Who may see more than whether the worker lives. `token`: who shows it · `this machine`: who asks for an address of this machine by
 * its own name · `nobody`: there is no token, and others could ask · `anybody`: somebody has said so.
 */
export type Access =
  | { readonly kind: 'token'; readonly token: () => string }
  | { readonly kind: 'this machine' | 'nobody' | 'anybody' };

/** Without a token, nothing is shown where other machines can ask. */
export function accessTo(host: string, token?: () => string): Access {
  if (token?.() === 'none') return { kind: 'anybody' };
  if (token !== undefined) return { kind: 'token', token };
  return { kind: isLoopback(host) ? 'this machine' : 'nobody' };
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

/**
 * Whether a request's `Host` is this machine's own name: a page of somebody else's whose name was made to point here has another one
 * (DNS rebinding), and its scripts could read what it is shown.
 */
export function isOwnName(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host);
}

/** How long it takes tells nothing of the token, not even its length. */
export function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

/** What the browser keeps in place of the token: who takes it from there sees the page, but has no token. */
export function passOf(token: string): string {
  return digest(`the status page, by ${token}`).toString('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
