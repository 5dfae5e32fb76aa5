import { KeywayError } from '../errors.ts';
import type { FailedRecord, Link, LinkAnswer, Pair } from '../source.ts';
import type { Client } from './client.ts';
import { readLinkPage, type Asking, type Input, type LinkPage } from './link-page.ts';
import { isTooHeavy } from './too-heavy.ts';

/** HubSpot changelog, Batch Read Limit for HubSpot Associations API. */
export const mostLinkIds = 1000;

/** All links of these records to the other object: every page of each. No id is left unanswered. */
export async function readLinks(
  client: Client,
  pair: Pair,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<LinkAnswer> {
  if (ids.length > mostLinkIds) {
    throw new KeywayError(
      'internal',
      `Links of ${ids.length} records were asked for at once; ${mostLinkIds} is the most.`,
    );
  }
  const tokens = new Map<string, Set<string>>();
  const links = new Map<string, Link>();
  const failed = new Map<string, FailedRecord>();
  const asking = { client, pair, signal, tokens };
  let inputs: readonly Input[] = [...new Set(ids)].map((id) => ({ id }));
  for (const tally = { alone: 0 }; inputs.length > 0;) {
    const page = await readOrSplit(inputs, asking, tally);
    for (const link of page.links)
      links.set(`${link.fromId} ${link.toId} ${link.category} ${link.typeId}`, link);
    for (const record of page.failed) failed.set(record.id, record);
    for (const { id, after = '' } of page.more) tokens.set(id, (tokens.get(id) ?? new Set()).add(after));
    inputs = page.more;
  }
  // Of a record that failed on a later page, what its first ones had is not all.
  return {
    links: [...links.values()].filter(({ fromId }) => !failed.has(fromId)),
    failed: [...failed.values()],
  };
}

/** How many records in a row HubSpot has failed at. */
interface Tally {
  alone: number;
}

type Answer = Omit<LinkPage, 'refused'> & { readonly failed: readonly FailedRecord[] };

/**
 * A question that is too heavy is put in halves. So is one that HubSpot refuses, or never answers properly, since one record
 * can spoil it: it is found, and the links of the others are read.
 */
async function readOrSplit(inputs: readonly Input[], asking: Asking, tally: Tally): Promise<Answer> {
  let page: LinkPage;
  try {
    page = await readLinkPage(inputs, asking);
  } catch (error) {
    if (!isTooHeavy(error) && !isRefused(error)) throw error;
    if (inputs.length === 1) return alone(inputs[0]?.id ?? '', error, tally);
    const middle = Math.ceil(inputs.length / 2);
    const first = await readOrSplit(inputs.slice(0, middle), asking, tally);
    return joined(first, await readOrSplit(inputs.slice(middle), asking, tally));
  }
  tally.alone = 0;
  const { refused, ...answer } = page;
  if (refused.length === 0) return { ...answer, failed: [] };
  return joined({ ...answer, failed: [] }, await readOrSplit(refused, asking, tally));
}

function isRefused(error: unknown): error is KeywayError {
  if (!(error instanceof KeywayError)) return false;
  if (error.code === 'hubspot_bad_answer') return error.verdict === 'retry';
  return error.code === 'hubspot_bad_request' && error.details['status'] === 400;
}

function alone(id: string, error: KeywayError, tally: Tally): Answer {
  tally.alone += 1;
  if (tally.alone >= mostAlone) throw error;
  return { links: [], more: [], failed: [{ id, reason: error.message }] };
}

/** So many records in a row of which HubSpot gives no links: that is no matter of one of them. */
const mostAlone = 4;

function joined(first: Answer, second: Answer): Answer {
  return {
    links: [...first.links, ...second.links],
    more: [...first.more, ...second.more],
    failed: [...first.failed, ...second.failed],
  };
}
