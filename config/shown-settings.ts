import { hasPassword } from './urls.ts';
import { envOf, settingNames, settingOf, type SettingName } from './table.ts';

/** A setting as it may be shown. */
export interface ShownSetting {
  /** Its path in YAML. */
  readonly name: SettingName;
  readonly variable: string;
  /** As it was written, or its default; `[secret]` in place of a secret; absent where there is neither. */
  readonly value?: unknown;
  /** A flag, a variable, `file:line`, or `default`. */
  readonly source: string;
}

/** What was written where, of each setting the one that counts. */
export function shownSettings(
  chosen: ReadonlyMap<SettingName, { readonly given: { readonly value: unknown }; readonly source: string }>,
): readonly ShownSetting[] {
  return settingNames.map((name) => {
    const found = chosen.get(name);
    const value = found === undefined ? settingOf(name).default : shownValue(name, found.given.value);
    return {
      name,
      variable: envOf(name),
      ...(value === undefined ? {} : { value }),
      source: found?.source ?? 'default',
    };
  });
}

function shownValue(name: SettingName, value: unknown): unknown {
  if (settingOf(name).secret !== true || value === undefined) return value;
  return name === 'warehouse' && typeof value === 'string' ? withoutPassword(value) : '[secret]';
}

/** What cannot be told from a password is one. */
function withoutPassword(url: string): string {
  if (!hasPassword(url)) return url;
  if (!URL.canParse(url)) return '[secret]';
  const shown = new URL(url);
  shown.password = shown.password === '' ? '' : '[secret]';
  if (shown.searchParams.has('password')) shown.searchParams.set('password', '[secret]');
  return decodeURI(shown.href);
}
