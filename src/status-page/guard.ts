import type { Context, MiddlewareHandler, Next } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { type Access, isOwnName, isSame, passOf } from './access.ts';
import { refusedPage, tokenPage } from './refused-page.ts';

/** Lets nobody by who may not see what is behind it. */
export function guard(access: Access): MiddlewareHandler {
  return async (context, next) => {
    switch (access.kind) {
      case 'anybody':
        return next();
      case 'nobody':
        return refuse(context, 403, withoutToken);
      case 'this machine':
        return isOwnName(context.req.header('host') ?? '') ? next() : refuse(context, 403, otherName);
      case 'token':
        return withToken(context, next, access.token());
    }
  };
}

async function withToken(
  context: Context,
  next: Next,
  token: string | undefined,
): Promise<Response | undefined> {
  const given = context.req.query('token');
  if (token !== undefined) {
    if (given !== undefined && isSame(given, token)) return welcome(context, token);
    const [, bearer = ''] = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '') ?? [];
    const pass = getCookie(context, cookie) ?? '';
    if (isSame(bearer, token) || isSame(pass, passOf(token))) {
      await next();
      return undefined;
    }
  }
  context.header('WWW-Authenticate', 'Bearer realm="Keyway"');
  return wantsHtml(context)
    ? context.html(tokenPage(given === undefined ? 'asked' : 'wrong'), 401)
    : context.text(`${tokenIsAsked}\n`, 401);
}

/** The browser is given a pass, and goes on by an address that does not show the token. */
function welcome(context: Context, token: string): Response {
  const secure = context.req.header('x-forwarded-proto') === 'https';
  setCookie(context, cookie, passOf(token), { httpOnly: true, sameSite: 'Strict', path: '/', secure });
  return context.redirect(context.req.path, 303);
}

function refuse(context: Context, status: 403, why: string): Response | Promise<Response> {
  return wantsHtml(context) ? context.html(refusedPage(why), status) : context.text(`${why}\n`, status);
}

function wantsHtml(context: Context): boolean {
  return (context.req.header('accept') ?? '').includes('text/html');
}

const cookie = 'keyway_pass';
const tokenIsAsked = 'Show the token of KEYWAY_HTTP_TOKEN: Authorization: Bearer <token>';
const withoutToken =
  'Other machines can reach this address, so that nothing but health is told without a token. Set KEYWAY_HTTP_TOKEN (or KEYWAY_HTTP_TOKEN_FILE) and restart the worker; KEYWAY_HTTP_TOKEN=none shows the page to everybody.';
const otherName =
  'Without a token, this page is shown to this machine alone, under 127.0.0.1 or localhost. To reach it by another name, set KEYWAY_HTTP_TOKEN and restart the worker.';
