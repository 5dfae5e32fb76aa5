import * as clack from '@clack/prompts';

/** Somebody has had enough of being asked. */
export class Cancelled extends Error {}

/** Questions on a terminal. Each throws `Cancelled` on Ctrl-C and when the signal aborts. */
export interface Prompts {
  /** What is typed is not shown. `problem` says why it will not do. */
  secret(message: string, problem: (text: string) => string | undefined): Promise<string>;
  text(message: string, placeholder: string, problem: (text: string) => string | undefined): Promise<string>;
  confirm(message: string, initial?: boolean): Promise<boolean>;
  select<Value extends string>(message: string, choices: readonly Choice<Value>[]): Promise<Value>;
  /** Any number of them, by group. */
  choose(message: string, groups: ReadonlyMap<string, readonly Option[]>): Promise<readonly string[]>;
  say(kind: 'info' | 'success' | 'warn' | 'error' | 'step' | 'message', text: string): void;
  begin(title: string): void;
  end(text: string): void;
  cancel(text: string): void;
}

interface Choice<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string;
}

interface Option extends Choice {
  readonly chosen: boolean;
}

export function openPrompts(signal: AbortSignal): Prompts {
  const asked = async <T>(question: Promise<T | typeof clack.CANCEL_SYMBOL>): Promise<T> => {
    const answer = await question;
    if (clack.isCancel(answer)) throw new Cancelled('cancelled');
    return answer;
  };
  const checked =
    (problem: (text: string) => string | undefined) =>
    (text: string | undefined): string | undefined =>
      problem(text ?? '');
  return {
    secret: (message, problem) =>
      asked(clack.password({ message, validate: checked(problem), clearOnError: true, signal })),
    text: (message, placeholder, problem) =>
      asked(clack.text({ message, placeholder, validate: checked(problem), signal })),
    confirm: (message, initialValue = true) => asked(clack.confirm({ message, initialValue, signal })),
    select: <Value extends string>(message: string, choices: readonly Choice<Value>[]) =>
      asked(clack.select<string>({ message, options: [...choices], signal })) as Promise<Value>,
    choose: (message, groups) => {
      const all = [...groups.values()].flat();
      const initialValues = all.filter(({ chosen }) => chosen).map(({ value }) => value);
      const options = Object.fromEntries(
        [...groups].map(([group, those]) => [group, those.map(({ chosen: _chosen, ...option }) => option)]),
      );
      return asked(clack.groupMultiselect<string>({ message, options, initialValues, signal }));
    },
    say: (kind, text) => clack.log[kind](text),
    begin: (title) => clack.intro(title),
    end: (text) => clack.outro(text),
    cancel: (text) => clack.cancel(text),
  };
}
