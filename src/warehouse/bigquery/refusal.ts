import { KeywayError } from '../../errors.ts';
import { advice, where, type Where } from './advice.ts';
import { denialIn } from './denial.ts';
import { type Facts, factsOf, isTransient, isTransientJob } from './facts.ts';

/** An error of a request or a job as one of ours. Texts of errors about data can hold values of rows, which none of these do. */
export function refusal(error: unknown, place: Where): KeywayError {
  if (error instanceof KeywayError) return error;
  const facts = factsOf(error);
  const details = detailsOf(facts, place);
  if (isTransient(error) || isTransientJob(facts)) return unavailable(facts, place, details);
  const advised = advice.find(({ applies }) => applies(facts));
  if (advised === undefined) return unexpected(facts, place, details);
  const { text, verdict = 'stop' } = advised;
  return new KeywayError('warehouse_refused', text(place, facts), { verdict, details });
}

type Details = Readonly<Record<string, string | number>>;

function detailsOf(facts: Facts, { table }: Where): Details {
  const isDenied = facts.reason === 'accessDenied' || facts.code === 403;
  const { permission, dataset } = (isDenied ? denialIn(facts.message) : undefined) ?? {};
  return {
    ...(typeof facts.code === 'number' ? { status: facts.code } : {}),
    ...(facts.reason === undefined ? {} : { reason: facts.reason }),
    ...(table === undefined ? {} : { table }),
    ...(permission === undefined ? {} : { permission }),
    ...(dataset === undefined ? {} : { dataset }),
  };
}

function unavailable(facts: Facts, { server }: Where, details: Details): KeywayError {
  const why = facts.reason ?? facts.code ?? 'the connection ended';
  return new KeywayError(
    'warehouse_unavailable',
    `${server} cannot be reached, or asks to come back later (${why}). Keyway tries again at the next run; see the status page of Google Cloud if it stays so.`,
    { verdict: 'retry', details },
  );
}

function unexpected({ code, reason, message }: Facts, place: Where, details: Details): KeywayError {
  if (code === undefined && reason === undefined) {
    return new KeywayError('internal', `Unexpected error while working with ${place.server}: ${message}`);
  }
  return new KeywayError(
    'warehouse_refused',
    `${place.server} refused a request on ${where(place)} (${reason ?? code}): ${withoutValues(message)}`,
    { details },
  );
}

/** Values stand in quotes, or behind that word. */
function withoutValues(message: string): string {
  return message
    .replaceAll(/"[^"]*"|'[^']*'/g, '…')
    .replace(/\bvalues?\b.*$/is, '…')
    .slice(0, 300);
}
