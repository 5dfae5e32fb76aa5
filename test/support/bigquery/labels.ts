import { ApiError } from './api-error.ts';

/** https://docs.cloud.google.com/bigquery/docs/labels-intro#requirements */
export function checkLabels(
  labels: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const entries = Object.entries(labels ?? {});
  if (entries.length > 64) throw new ApiError('invalid', 'Too many labels: at most 64 are allowed');
  for (const [key, value] of entries) {
    if (!/^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key))
      throw new ApiError(
        'invalid',
        `Label keys should be 1 to 63 lowercase characters, digits, - and _, and begin with a letter: "${key}"`,
      );
    if (typeof value !== 'string' || !/^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value))
      throw new ApiError(
        'invalid',
        `Label values should be at most 63 lowercase characters, digits, - and _: "${value}"`,
      );
  }
  return labels ?? {};
}
