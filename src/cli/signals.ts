export type Signal = 'SIGINT' | 'SIGTERM';

export interface Signals {
  /** Aborts at the first signal. */
  readonly aborted: AbortSignal;
  /** The signal that came, if one did. */
  readonly received: () => Signal | undefined;
  close(): void;
}

/** The first signal asks for a clean stop, which commits or drops the batch under way; the second ends the process. */
export function watchSignals(onFirst: (signal: Signal) => void): Signals {
  const controller = new AbortController();
  let received: Signal | undefined;
  const onSignal = (signal: Signal): void => {
    if (received !== undefined) process.exit(numbers[signal]);
    received = signal;
    onFirst(signal);
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
