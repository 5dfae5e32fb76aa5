/** A permission that Google says is missing. */
export interface Denial {
  /** Such as `bigquery.tables.create` (BigQuery docs, IAM roles and permissions). */
  readonly permission: string;
  /** Absent: it is missing on the project. */
  readonly dataset?: string;
}

/**
 * What an error message tells of what is missing (BigQuery docs, Troubleshoot IAM permissions): `Access Denied: Dataset p:d:
 * Permission bigquery.tables.create denied on dataset p:d`, `Access Denied: Table p:d.t: User does not have permission to query
 * table p:d.t`, `User … does not have permission to perform bigquery.tables.getData on resource 'projects/p/datasets/d/tables/t'`.
 */
export function denialIn(message: string): Denial | undefined {
  const permission =
    /\bbigquery\.(?!googleapis)\w+\.\w+/.exec(message)?.[0] ??
    (/permission to query table/i.test(message) ? 'bigquery.tables.getData' : undefined);
  if (permission === undefined) return undefined;
  if (ofProject.has(permission)) return { permission };
  const [, dataset] =
    /\b(?:dataset|table) [\w.:-]+:(\w+)/i.exec(message) ??
    /\bdatasets\/(\w+)/.exec(message) ??
    /\b(?:on|for) dataset (\w+)\b(?!:)/.exec(message) ??
    [];
  return dataset === undefined ? { permission } : { permission, dataset };
}

/** Needed on the project, whatever the datasets. */
const ofProject = new Set(['bigquery.jobs.create', 'bigquery.datasets.create']);

interface Granting {
  readonly project: string;
  /** As IAM writes it; absent: nobody knows who asks. */
  readonly principal?: string | undefined;
}

/** The smallest of Google's own roles that has the permission, and the command that grants it. */
export function grantOf(
  { permission, dataset }: Denial,
  { project, principal = someone }: Granting,
): { readonly role: string; readonly command: string } {
  if (dataset !== undefined) {
    const role = 'roles/bigquery.dataEditor';
    return { role, command: grantOnDataset(role, `${project}.${dataset}`, principal) };
  }
  const role = projectRoles[permission] ?? 'roles/bigquery.dataEditor';
  return {
    role,
    command: `gcloud projects add-iam-policy-binding ${project} --member="${principal}" --role=${role} --condition=None`,
  };
}

/** BigQuery docs, Control access to resources with IAM: by SQL, which leaves other grants as they are. */
function grantOnDataset(role: string, dataset: string, principal: string): string {
  return `bq query --use_legacy_sql=false 'GRANT \`${role}\` ON SCHEMA \`${dataset}\` TO "${principal}"'`;
}

const projectRoles: Readonly<Record<string, string>> = {
  'bigquery.jobs.create': 'roles/bigquery.jobUser',
  'bigquery.datasets.create': 'roles/bigquery.user',
};

const someone = 'serviceAccount:NAME@PROJECT.iam.gserviceaccount.com';
