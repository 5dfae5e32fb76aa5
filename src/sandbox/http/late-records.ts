import { batchAnswer, missingError } from './batch-read.ts';
import { storeOf, type Answer, type Exchange } from './exchange.ts';
import { field, listField, textField, textList } from './input.ts';
import { notFound } from './refusal.ts';

/** The answer of a replica that has not heard of records which came to be within the last hour. */
export function withoutLate(
  exchange: Exchange,
  answer: Answer,
  isPicked: (place: number) => boolean,
): Answer {
  const store = storeOf(exchange);
  const isLate = (row: unknown): boolean => {
    const n = store.ids.find(textField(row, 'id') ?? '');
    return n !== undefined && exchange.state.now() - store.madeAt(n) < hour;
  };
  if (exchange.method === 'GET') {
    if (isLate(answer.body)) throw notFound();
    return answer;
  }
  const results = listField(answer.body, 'results');
  const late = results.filter((row, place) => isPicked(place) && isLate(row));
  if (late.length === 0) return answer;
  const known = listField(answer.body, 'errors').flatMap((error) => textList(field(error, 'context'), 'ids'));
  const missing = [...known, ...late.map((row) => textField(row, 'id') ?? '')];
  return batchAnswer(
    exchange,
    results.filter((row) => !late.includes(row)),
    [missingError(store, missing)],
  );
}

const hour = 3_600_000;
