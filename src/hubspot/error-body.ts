import type { KeywayErrorOptions } from '../errors.ts';
import { hubspotWords } from './hubspot-words.ts';

export type ErrorBody = Readonly<Record<string, unknown>>;

/** What is kept of an error answer. */
export type Facts = NonNullable<KeywayErrorOptions['details']>;

/** An error body, of which nothing is certain: it may be HTML, plain text or empty. */
export function errorBody(text: string): ErrorBody {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as ErrorBody) : {};
  } catch {
    return {};
  }
}

/** What HubSpot says in an error body, as facts for the log. */
export function saidIn(body: ErrorBody): Facts {
  const facts = {
    category: hubspotWords(body['category']),
    hubspot: hubspotWords(body['message']),
    correlationId: hubspotWords(body['correlationId']),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, words]) => words !== ''));
}
