import type { ObjectDefinition } from '../objects/index.ts';

export interface Stage {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archived: boolean;
}

export interface Pipeline {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archived: boolean;
  readonly stages: readonly Stage[];
}

/** The pipelines an object begins with; HubSpot dates the default one 1970-01-01. */
export function basePipelines({ pipelines = [] }: ObjectDefinition, startAt: number): Pipeline[] {
  return pipelines.map(({ id, label, stages, isDefault }, displayOrder) => {
    const createdAt = isDefault ? 0 : startAt - 400 * 86_400_000;
    const dates = { createdAt, updatedAt: createdAt, archived: false };
    return {
      id,
      label,
      displayOrder,
      ...dates,
      updatedAt: startAt - 30 * 86_400_000,
      stages: stages.map((stage, displayOrder) => ({ ...stage, displayOrder, ...dates })),
    };
  });
}
