import { z } from 'zod';
import { KeywayError } from '../errors.ts';
import type { Link, Pair } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import { associationType } from './association-types.ts';
import { badAnswer } from './bad-answer.ts';
import type { Client } from './client.ts';
import { checked, id } from './dictionary.ts';
import { hubspotWords } from './hubspot-words.ts';
import { isTooHeavy } from './too-heavy.ts';

/** All links of these records to the other object: every page of each. No id is left unanswered. */
export async function readLinks(
  client: Client,
  pair: Pair,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Link[]> {
  if (ids.length > mostInputs) {
    throw new KeywayError(
      'internal',
      `Links of ${ids.length} records were asked for at once; ${mostInputs} is the most.`,
    );
  }
  const links = new Map<string, Link>();
  let inputs: readonly Input[] = [...new Set(ids)].map((id) => ({ id }));
  while (inputs.length > 0) {
    const page = await readOrSplit(inputs, { client, pair, signal });
    for (const link of page.links)
      links.set(`${link.fromId} ${link.toId} ${link.category} ${link.typeId}`, link);
    inputs = page.more;
  }
  return [...links.values()];
}

/** HubSpot changelog, Batch Read Limit for HubSpot Associations API. */
const mostInputs = 1000;

interface Input {
  readonly id: string;
  readonly after?: string;
}

interface LinkPage {
  readonly links: readonly Link[];
  /** What of these inputs is still to be asked for. */
  readonly more: readonly Input[];
}

interface Asking {
  readonly client: Client;
  readonly pair: Pair;
  readonly signal: AbortSignal;
}

async function readOrSplit(inputs: readonly Input[], asking: Asking): Promise<LinkPage> {
  try {
    return await readPage(inputs, asking);
  } catch (error) {
    if (!isTooHeavy(error) || inputs.length === 1) throw error;
    const middle = Math.ceil(inputs.length / 2);
    const first = await readOrSplit(inputs.slice(0, middle), asking);
    const second = await readOrSplit(inputs.slice(middle), asking);
    return { links: [...first.links, ...second.links], more: [...first.more, ...second.more] };
  }
}

function readPage(inputs: readonly Input[], { client, pair, signal }: Asking): Promise<LinkPage> {
  return client.call(
    {
      method: 'POST',
      path: apiPaths.associations(pair.from, pair.to),
      body: { inputs },
      bucket: 'associations',
      // `toObjectId` is a number in the JSON, of up to 64 bits.
      exactNumbers: true,
      read: (body) => accountFor(inputs, readAnswer(body)),
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

/** Each input is either in the results or reported to have no links. Anything else is no answer. */
function accountFor(inputs: readonly Input[], answer: Answer): LinkPage {
  const unanswered = new Set(inputs.map((input) => input.id));
  for (const error of answer.errors ?? []) {
    if (!String(error.subCategory).includes('NO_ASSOCIATIONS_FOUND')) {
      throw badAnswer(`it has no links for some records (${hubspotWords(error.message ?? error.category)})`);
    }
    for (const id of [error.context?.['fromObjectId']].flat()) unanswered.delete(String(id));
  }
  const more: Input[] = [];
  for (const result of answer.results) {
    unanswered.delete(result.from.id);
    if (result.paging !== undefined) more.push(nextInput(inputs, result.from.id, result.paging));
  }
  if (unanswered.size > 0) throw badAnswer(`it does not account for the links of ${unanswered.size} records`);
  return { links: answer.results.flatMap(linksOf), more };
}

function linksOf(result: Answer['results'][number]): Link[] {
  return result.to.flatMap(({ toObjectId, associationTypes }) =>
    associationTypes.map((type) => ({ ...type, fromId: result.from.id, toId: toObjectId })),
  );
}

function nextInput(inputs: readonly Input[], id: string, after: string): Input {
  if (inputs.some((input) => input.id === id && input.after === after)) {
    throw badAnswer('its pages of links lead in a circle');
  }
  return { id, after };
}
