import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Traffic, TrafficListener } from '../traffic.ts';

/** Counts requests to HubSpot, and what they wait for. */
export function hubspotMetrics(registry: Registry): TrafficListener {
  const requests = requestMetrics(registry);
  const waits = waitMetrics(registry);
  const budget = budgetMetrics(registry);
  return (event: Traffic) => {
    switch (event.kind) {
      case 'asked':
        requests.count.inc({ endpoint: event.endpoint, status: String(event.status) });
        requests.duration.observe({ endpoint: event.endpoint }, event.ms / 1000);
        return;
      case 'waited':
        waits.inLine.inc({ limit: event.limit }, event.ms / 1000);
        return;
      case 'retried':
        waits.retries.inc({ reason: event.reason });
        waits.beforeRetry.inc({ reason: event.reason }, event.ms / 1000);
        return;
      case 'left':
        budget.remaining.set({ policy: event.policy }, event.left);
        budget.limit.set({ policy: event.policy }, event.limit);
    }
  };
}

function requestMetrics(registry: Registry): { count: Counter; duration: Histogram } {
  return {
    count: new Counter({
      name: 'keyway_hubspot_requests_total',
      help: 'Requests to HubSpot by route template and status; status 0 is one without an answer.',
      labelNames: ['endpoint', 'status'],
      registers: [registry],
    }),
    duration: new Histogram({
      name: 'keyway_hubspot_request_duration_seconds',
      help: 'Time from sending a request until its answer is there as a whole, by route template.',
      labelNames: ['endpoint'],
      // HubSpot answers in tenths of a second; its edge gives up after 100 seconds.
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 110],
      registers: [registry],
    }),
  };
}

function waitMetrics(registry: Registry): Record<'inLine' | 'retries' | 'beforeRetry', Counter> {
  return {
    inLine: new Counter({
      name: 'keyway_ratelimit_wait_seconds_total',
      help: 'Time that requests stood in the line before one of HubSpot’s limits, summed over requests.',
      labelNames: ['limit'],
      registers: [registry],
    }),
    retries: new Counter({
      name: 'keyway_retries_total',
      help: 'Requests to HubSpot that were tried again, by the code of what went wrong.',
      labelNames: ['reason'],
      registers: [registry],
    }),
    beforeRetry: new Counter({
      name: 'keyway_retry_wait_seconds_total',
      help: 'Time that requests waited before they were tried again, summed over requests.',
      labelNames: ['reason'],
      registers: [registry],
    }),
  };
}

function budgetMetrics(registry: Registry): Record<'remaining' | 'limit', Gauge> {
  return {
    remaining: new Gauge({
      name: 'keyway_hubspot_ratelimit_remaining',
      help: 'Requests that HubSpot’s last answer left: burst of this key’s seconds, daily of the account’s day.',
      labelNames: ['policy'],
      registers: [registry],
    }),
    limit: new Gauge({
      name: 'keyway_hubspot_ratelimit_limit',
      help: 'Requests that HubSpot allows in all, by the same policies.',
      labelNames: ['policy'],
      registers: [registry],
    }),
  };
}
