import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { everySample, metricOf } from '../metrics/samples.ts';
import { askedFor, groupedBy } from './promql.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(resolve(root, file), 'utf8');

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const { groups } = parse(read('docs/deploy/alerts.yaml')) as {
  readonly groups: readonly { readonly rules: readonly Alert[] }[];
};
const alerts = groups.flatMap(({ rules }) => rules);

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: Readonly<Record<'h' | 'w' | 'x' | 'y', number>>;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const dashboard = JSON.parse(read('docs/deploy/grafana-dashboard.json')) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
};
const targets = dashboard.panels.flatMap(({ targets = [], title }) =>
  targets.map((target) => ({ ...target, title, expr: target.expr.replaceAll('$__rate_interval', '5m') })),
);

const documented = new Map(
  [...read('docs/monitoring.md').matchAll(/^\| `(keyway_\w+)` +\| ([^|]*)\|/gm)].map(
    ([, name = '', labels = '']) => [name, [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label)],
  ),
);

/** Of Prometheus itself, about whom it asks. */
const own = ['job', 'instance'];

describe.each([
  ['alert', alerts.map(({ alert, expr }) => [alert, expr] as const)],
  ['panel', targets.map(({ title, expr }) => [title, expr] as const)],
])('each %s', (_kind, expressions) => {
  it.each(expressions)('%s asks for what there is', async (_name, expression) => {
    const samples = await everySample();
    const asked = askedFor(expression);
    for (const { metric, labels } of asked) {
      expect([...samples.keys()]).toContain(metric);
      for (const label of labels) expect([metric, ...samples.get(metric)!, ...own]).toContain(label);
    }
    const all = asked.flatMap(({ metric }) => [...samples.get(metric)!]);
    for (const label of groupedBy(expression)) expect([...all, ...own]).toContain(label);
  });
});

describe('the alert rules', () => {
  it('say how bad it is, and what to do', () => {
    expect(alerts.length).toBeGreaterThan(10);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, labels, annotations } of alerts) {
      expect([alert, ['critical', 'warning'].includes(labels.severity)]).toEqual([alert, true]);
      expect(annotations.summary).not.toBe('');
      expect(annotations.description, alert).toMatch(/\.$/);
    }
  });

  it('are all documented, with how bad and for how long', () => {
    const rows = [...read('docs/monitoring.md').matchAll(/^\| `(Keyway\w+)` +\| (\w+) +\|.*$/gm)];
    expect(rows.map(([, name, severity]) => [name, severity])).toEqual(
      alerts.map(({ alert, labels }) => [alert, labels.severity]),
    );
  });

  it('tell installations apart, also where one is gone', () => {
    const down = alerts.find(({ alert }) => alert === 'KeywayDown')!;
    expect(new Set(groupedBy(down.expr))).toEqual(new Set(['job']));
  });

  it('are all tried, with when they fire', () => {
    const tried = read('test/deploy/alerts.test.yaml');
    for (const { alert } of alerts)
      expect(tried, alert).toMatch(new RegExp(`alertname="${alert}", alertstate="firing"`));
  });
});

describe('the dashboard', () => {
  it('has panels that do not overlap, each with a title and an id of its own', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, nth) => `${x + (nth % w)},${y + Math.floor(nth / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { title, gridPos } of panels) {
      expect(title).not.toBe('');
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
  });

  it('has no data source but the one that is chosen, and uses each variable', () => {
    const text = read('docs/deploy/grafana-dashboard.json');
    const sources = [...text.matchAll(/"uid": "([^"]+)"/g)].map(([, uid]) => uid);
    expect(new Set(sources)).toEqual(new Set(['keyway', '${datasource}']));
    for (const { name } of dashboard.templating.list) expect(text).toMatch(new RegExp(`\\$\\{?${name}\\b`));
  });
});

it('every metric of Keyway is documented with its labels, and looked at by a panel', async () => {
  const samples = await everySample();
  const names = [...samples.keys()].filter((name) => name.startsWith('keyway_'));
  expect([...documented.keys()].toSorted()).toEqual([...new Set(names.map(metricOf))].toSorted());
  for (const name of names) {
    const labels = [...samples.get(name)!].filter((label) => label !== 'le');
    expect([name, documented.get(metricOf(name))]).toEqual([name, labels]);
  }
  const shown = new Set(targets.flatMap(({ expr }) => askedFor(expr)).map(({ metric }) => metricOf(metric)));
  expect([...documented.keys()].filter((name) => !shown.has(name))).toEqual(['keyway_build_info']);
});
