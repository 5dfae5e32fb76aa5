import type { Key, State } from '../world/index.ts';
import { Refusal } from './refusal.ts';

const notFoundMessage =
  'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview';

/** The key behind the header, or one of the ways in which HubSpot refuses one. */
export function authenticate(state: State, header: string | undefined): Key {
  const token = /^Bearer (.+)$/.exec(header ?? '')?.[1];
  if (token === undefined) throw unknown();
  const key = state.keys.find(token);
  if (key !== undefined) return key;
  if (/^pat-[a-z]{2,3}\d-[0-9a-f-]{36}$/.test(token)) throw unknown();
  if (state.options.edge530)
    throw new Refusal(530, '<html><body><h1>530</h1></body></html>', { rule: 'bad credentials' });
  if (/^C[I-P][\w-]{30,}$/.test(token)) throw expired('2 hour(s)', state.now() - 7_200_000);
  throw undecodable(state.now());
}

function unknown(): Refusal {
  const body = { status: 'error', message: notFoundMessage, category: 'INVALID_AUTHENTICATION' };
  return new Refusal(401, body, { rule: 'bad credentials' });
}

/** The epoch date means "could not decode", not "expired". */
function undecodable(now: number): Refusal {
  return expired(`${String(Math.floor(now / 86_400_000))} day(s)`, 0);
}

/** What a token that has ended gets: those of OAuth do so half an hour after they were made. */
function expired(ago: string, at: number): Refusal {
  const body = {
    status: 'error',
    message: `The OAuth token used to make this call expired ${ago} ago.`,
    category: 'EXPIRED_AUTHENTICATION',
    context: { 'expire time': [new Date(at).toISOString().replace('.000', '')] },
  };
  return new Refusal(401, body, { rule: 'bad credentials' });
}
