export type Signal = 'SIGINT' | 'SIGTERM';

export interface Signals {
  /** Aborts at the first signal. */
  readonly aborted: AbortSignal;
  /** The signal that came, if one did. */
  readonly received: () => Signal | undefined;
  close(): void;
}

/**
 * The first signal asks for a clean stop, which commits or drops the batch under way; the second ends the process, and so
 * does a stop that takes longer than `patience`, in milliseconds.
 */
export function watchSignals(onFirst: (signal: Signal) => void, patience?: number): Signals {
  const controller = new AbortController();
  let received: Signal | undefined;
  const onSignal = (signal: Signal): void => {
    if (received !== undefined) process.exit(numbers[signal]);
    received = signal;
    onFirst(signal);
    if (patience !== undefined) setTimeout(() => process.exit(numbers[signal]), patience).unref();
    controller.abort(new DOMException(`stopped by ${signal}`, 'AbortError'));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    aborted: controller.signal,
    received: () => received,
    close: () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}

const numbers = { SIGINT: 130, SIGTERM: 143 } as const;
