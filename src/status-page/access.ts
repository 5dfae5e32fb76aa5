import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Who may see more than whether the worker lives. `token`: who shows it · `this machine`: who asks for an address of this machine by
 * its own name · `nobody`: there is no token, and others could ask · `anybody`: somebody has said so.
 */
export type Access =
  | { readonly kind: 'token'; readonly token: () => string | undefined }
  | { readonly kind: 'this machine' | 'nobody' | 'anybody' };

/** Without a token, nothing is shown where other machines can ask. `token` is asked anew each time: it may be changed. */
export function accessTo(host: string, token?: () => string): Access {
  if (token === undefined) return { kind: isLoopback(host) ? 'this machine' : 'nobody' };
  const first = token();
  return first === 'none' ? { kind: 'anybody' } : { kind: 'token', token: lastOf(token, first) };
}

/**
 * The last one that was a token, if there was one. What is none, as a file is that was emptied or is being written, takes no token's place,
 * or whoever shows nothing would show the right one; nor does `none`, which counts when the page is opened.
 */
function lastOf(token: () => string, first: string): () => string | undefined {
  let last = isToken.test(first) ? first : undefined;
  return () => {
    const now = token();
    if (isToken.test(now)) last = now;
    return last;
  };
}

/** As the setting takes them. */
const isToken = /^[!-~]{16,1024}$/;

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
