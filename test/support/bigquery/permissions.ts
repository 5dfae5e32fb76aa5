import { ApiError } from './api-error.ts';

/** https://docs.cloud.google.com/bigquery/docs/access-control#bq-permissions */
export type Permission =
  | 'bigquery.datasets.create'
  | 'bigquery.datasets.get'
  | 'bigquery.jobs.create'
  | 'bigquery.tables.create'
  | 'bigquery.tables.delete'
  | 'bigquery.tables.get'
  | 'bigquery.tables.getData'
  | 'bigquery.tables.list'
  | 'bigquery.tables.update'
  | 'bigquery.tables.updateData';

export interface Permissions {
  /** Takes a permission away, for one dataset or all; the returned function gives it back. */
  deny(permission: Permission, dataset?: string): () => void;
  /** Gives all back. */
  clear(): void;
}

export class PermissionBook implements Permissions {
  readonly #project: string;
  #denied: { readonly permission: Permission; readonly dataset: string | undefined }[] = [];

  constructor(project: string) {
    this.#project = project;
  }

  deny(permission: Permission, dataset?: string): () => void {
    const entry = { permission, dataset };
    this.#denied.push(entry);
    return () => {
      this.#denied = this.#denied.filter((one) => one !== entry);
    };
  }

  clear(): void {
    this.#denied = [];
  }

  isDenied(permission: string, dataset?: string): boolean {
    return this.#denied.some(
      (one) => one.permission === permission && (one.dataset === undefined || one.dataset === dataset),
    );
  }

  /** Throws as BigQuery does: in words that do not tell whether there is such a thing. */
  check(permission: Permission, dataset?: string, table?: string): void {
    if (this.isDenied(permission, dataset))
      throw new ApiError('accessDenied', `Access Denied: ${this.#words(permission, dataset, table)}`);
  }

  #words(permission: Permission, dataset: string | undefined, table: string | undefined): string {
    const project = this.#project;
    if (dataset === undefined)
      return `Project ${project}: User does not have ${permission} permission in project ${project}.`;
    const place = `${project}:${dataset}`;
    if (table === undefined || permission === 'bigquery.tables.create')
      return `Dataset ${place}: Permission ${permission} denied on dataset ${place} (or it may not exist).`;
    if (permission === 'bigquery.tables.getData')
      return `Table ${place}.${table}: User does not have permission to query table ${place}.${table}, or perhaps it does not exist.`;
    return `Table ${place}.${table}: Permission ${permission} denied on table ${place}.${table} (or it may not exist).`;
  }
}
