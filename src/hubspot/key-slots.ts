import { cleanKey } from './clean-key.ts';

/** A place where a Service Key may stand. */
export interface KeySlot {
  /** For people: the setting, such as `HUBSPOT_SERVICE_KEY_NEXT`. */
  readonly name: string;
  /** The key as it is now; nothing while the slot is empty. Asked for again and again. */
  readonly key: () => string | undefined;
  /** Whether another key may come to stand here while this process lives: a file does that, a variable does not. */
  readonly changes: boolean;
}

/** A key, and the slot in which it stands. */
export interface SlotKey {
  readonly slot: string;
  readonly key: string;
}

/** The keys that there are, each once. What no header can carry is left as it is, for whoever judges it. */
export function keysIn(slots: readonly KeySlot[]): readonly SlotKey[] {
  const found = new Map<string, SlotKey>();
  for (const { name, key: read } of slots) {
    const text = read() ?? '';
    if (text.trim() === '') continue;
    const key = cleaned(text);
    if (!found.has(key)) found.set(key, { slot: name, key });
  }
  return [...found.values()];
}

function cleaned(text: string): string {
  try {
    return cleanKey(text);
  } catch {
    return text;
  }
}
