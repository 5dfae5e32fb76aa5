import { z } from 'zod';
import { badAnswer } from './bad-answer.ts';
import type { ApiRequest } from './api-request.ts';
import type { Client } from './client.ts';
import { nextCursor } from './list.ts';

/** An optional text: HubSpot leaves out or nulls whatever it has nothing for. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

/** An optional number. */
export const number = z
  .number()
  .nullish()
  .transform((value) => value ?? null);

export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** An id that HubSpot sends as text or as a number. */
export const id = z.union([z.string().min(1), z.number()]).transform(String);

/** Checks an answer; fields that Keyway does not know are no matter. */
export function checked<T>(schema: z.ZodType<T>): (body: unknown) => T {
  return (body) => {
    const result = schema.safeParse(body);
    if (result.success) return result.data;
    const where = result.error.issues[0]?.path.join('.') ?? '';
    throw badAnswer(`its field "${where.slice(0, 100)}" is not what it should be`);
  };
}

/** All results of a small list, in as many calls as it takes. */
export async function allResults<T>(client: Client, list: SmallList<T>, signal: AbortSignal): Promise<T[]> {
  const read = checked(z.object({ results: z.array(list.item) }));
  const all: T[] = [];
  const seen = new Set<string>();
  for (let after: string | null = null; ;) {
    const query: Readonly<Record<string, string>> = { ...list.query, ...(after === null ? {} : { after }) };
    const page: { items: readonly T[]; next: string | null } = await client.call(
      {
        method: 'GET',
        path: list.path,
        query,
        bucket: 'burst',
        read: (body) => ({ items: read(body).results, next: nextCursor(body) }),
      },
      signal,
    );
    all.push(...page.items);
    if (page.next === null) return all;
    if (seen.has(page.next)) throw badAnswer('its pages lead in a circle');
    seen.add(page.next);
    after = page.next;
  }
}

export interface SmallList<T> extends Pick<ApiRequest<unknown>, 'path' | 'query'> {
  readonly item: z.ZodType<T>;
}
