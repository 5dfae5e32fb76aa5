import type { ObjectPipeline } from '../pipeline.ts';

/** HubSpot's documents disagree on the names of these (HubSpot docs, Search the CRM and the guides of the objects). */
const created = ['hs_createdate', 'createdate'];
const changed = ['hs_lastmodifieddate', 'lastmodifieddate'];

/** The object with the dates that it has in this account: its own, unless only others are among its properties. Pure. */
export function datedObject(
  pipeline: ObjectPipeline,
  properties: readonly string[],
): { readonly object: ObjectPipeline; readonly hasWatermark: boolean } {
  const has = new Set(properties);
  const one = (own: string, others: readonly string[]): string =>
    [own, ...others].find((name) => has.has(name)) ?? own;
  const object = {
    ...pipeline,
    created: one(pipeline.created, created),
    watermark: one(pipeline.watermark, changed),
  };
  return { object, hasWatermark: has.has(object.watermark) };
}
