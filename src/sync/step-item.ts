import type { Page } from '../source.ts';
import type { Write } from '../warehouse.ts';
import type { Portion } from './portion.ts';

/** A piece of what a step has read. Progress is made where its last piece of a page names that page. */
export interface StepItem {
  readonly portion: Portion;
  /** Beyond what the portion itself means for the tables. */
  readonly write?: Write;
  readonly page?: Page & { readonly afterId?: string };
}
