import { Gauge, type Registry } from 'prom-client';

interface Named {
  readonly name: string;
  readonly help: string;
  /** Of its only label; none unless told. */
  readonly label?: string;
}

/** A gauge that is filled whenever somebody looks, so that nothing outlives what it is about. */
export function addGauge(
  registry: Registry,
  { name, help, label }: Named,
  samples: () => Iterable<readonly [value: number | undefined, label?: string]>,
): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [],
    collect() {
      this.reset();
      for (const [value, of] of samples())
        if (value !== undefined) this.set(label === undefined ? {} : { [label]: of ?? '' }, value);
    },
  });
  registry.registerMetric(gauge);
}

/** Milliseconds since the epoch as Prometheus wants them. */
export function seconds(instant: number | undefined): number | undefined {
  return instant === undefined ? undefined : instant / 1000;
}
