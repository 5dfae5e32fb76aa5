import type { Source } from '../../src/source.ts';

/** Few properties make many records quick. */
export function narrow(source: Source): Source {
  const wanted = new Set(['email', 'createdate', 'lastmodifieddate', 'hs_merged_object_ids', 'brand_new']);
  return {
    ...source,
    properties: async (...question) =>
      (await source.properties(...question)).filter(({ name }) => wanted.has(name)),
  };
}
