import { z } from 'zod';
import type { Link, Pair } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import { associationType } from './association-types.ts';
import { badAnswer } from './bad-answer.ts';
import type { Client } from './client.ts';
import { checked, id } from './dictionary.ts';
import { hubspotWords } from './hubspot-words.ts';

export interface Input {
  readonly id: string;
  readonly after?: string;
}

export interface Asking {
  readonly client: Client;
  readonly pair: Pair;
  readonly signal: AbortSignal;
  /** Where pages of a record have led to so far. */
  readonly tokens: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface LinkPage {
  readonly links: readonly Link[];
  /** What of these inputs is still to be asked for. */
  readonly more: readonly Input[];
  /** Inputs for which HubSpot has an error instead of an answer. */
  readonly refused: readonly Input[];
}

/** One page of the links of each record. Throws when HubSpot answers for none of them, or leaves one out. */
export function readLinkPage(inputs: readonly Input[], asking: Asking): Promise<LinkPage> {
  const { client, pair, signal, tokens } = asking;
  return client.call(
    {
      method: 'POST',
      path: apiPaths.associations(pair.from, pair.to),
      body: { inputs },
      bucket: 'associations',
      // `toObjectId` is a number in the JSON, of up to 64 bits.
      exactNumbers: true,
      read: (body) => accountFor(inputs, readAnswer(body), tokens),
    },
    signal,
  );
}

const readAnswer = checked(
  z.object({
    results: z.array(
      z.object({
        from: z.object({ id }),
        to: z.array(z.object({ toObjectId: id, associationTypes: z.array(associationType) })),
        paging: z
          .object({ next: z.object({ after: z.string().min(1) }).nullish() })
          .nullish()
          .transform((paging) => paging?.next?.after),
      }),
    ),
    errors: z
      .array(
        z.object({
          category: z.string().nullish(),
          subCategory: z.unknown().optional(),
          message: z.string().nullish(),
          context: z.record(z.string(), z.unknown()).nullish(),
        }),
      )
      .nullish(),
  }),
);

type Answer = ReturnType<typeof readAnswer>;
type AnswerError = NonNullable<Answer['errors']>[number];

/** Each input is in the results, or an error names it. Anything else is no answer. */
function accountFor(
  inputs: readonly Input[],
  { results, errors }: Answer,
  tokens: Asking['tokens'],
): LinkPage {
  const asked: ReadonlySet<string> = new Set(inputs.map((input) => input.id));
  const unanswered = new Set(asked);
  const refused = new Map<string, AnswerError>();
  for (const error of errors ?? []) {
    const named = namedIn(error).filter((id) => asked.has(id));
    if (hasNoLinks(error)) for (const id of named) unanswered.delete(id);
    else if (named.length === 0) throw refusal(error);
    else for (const id of named) refused.set(id, error);
  }
  const given = results.filter(({ from }) => asked.has(from.id) && !refused.has(from.id));
  for (const { from } of given) unanswered.delete(from.id);
  for (const id of refused.keys()) unanswered.delete(id);
  if (unanswered.size > 0) throw badAnswer(`it does not account for the links of ${unanswered.size} records`);
  if (refused.size === asked.size) throw refusal([...refused.values()][0]!);
  return {
    links: given.flatMap(linksOf),
    more: given.flatMap(({ from, paging }) =>
      paging === undefined ? [] : [nextInput(from.id, paging, tokens)],
    ),
    refused: inputs.filter((input) => refused.has(input.id)),
  };
}

/** A record that HubSpot does not have has no links either; what became of it is for its own table to find out. */
function hasNoLinks({ category, subCategory }: AnswerError): boolean {
  return category === 'OBJECT_NOT_FOUND' || String(subCategory).includes('NO_ASSOCIATIONS_FOUND');
}

function namedIn({ context }: AnswerError): readonly string[] {
  return ['fromObjectId', 'ids', 'id'].flatMap((name) => [context?.[name]].flat().map(String));
}

function refusal({ message, category }: AnswerError): Error {
  return badAnswer(`it has no links for some records (${hubspotWords(message ?? category)})`);
}

function linksOf(result: Answer['results'][number]): Link[] {
  return result.to.flatMap(({ toObjectId, associationTypes }) =>
    associationTypes.map((type) => ({ ...type, fromId: result.from.id, toId: toObjectId })),
  );
}

function nextInput(id: string, after: string, tokens: Asking['tokens']): Input {
  if (tokens.get(id)?.has(after) === true) throw badAnswer('its pages of links lead in a circle');
  return { id, after };
}
