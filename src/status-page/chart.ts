import { html } from 'hono/html';
import type { Html } from './layout.ts';

export interface Bar {
  readonly value: number;
  /** How it looks; a class of the style. */
  readonly kind: string;
  /** What the bar says by itself. */
  readonly title: string;
}

export interface ChartText {
  readonly id: string;
  readonly title: string;
  /** The chart in words, for those who do not see it. */
  readonly summary: string;
}

/** Bars beside each other, from the left; as tall as the largest one. */
export function barChart(bars: readonly Bar[], { id, title, summary }: ChartText): Html {
  const largest = Math.max(...bars.map(({ value }) => value), 0);
  const step = width / Math.max(bars.length, fewest);
  return html`<svg
    class="chart"
    viewBox="0 0 ${width} ${height}"
    preserveAspectRatio="none"
    role="img"
    aria-labelledby="${id}-title ${id}-summary"
  >
    <title id="${id}-title">${title}</title>
    <desc id="${id}-summary">${summary}</desc>
    <line class="base" x1="0" x2="${width}" y1="${height - 0.5}" y2="${height - 0.5}" />
    ${bars.map(({ value, kind, title: text }, place) => {
      // What happened is to be seen, however little it was.
      const tall = value === 0 ? 0 : Math.max(2, (value / largest) * (height - 2));
      return html`<g class="bar ${kind}">
        <title>${text}</title>
        <rect class="ground" x="${round(place * step)}" y="0" width="${round(step)}" height="${height}" />
        <rect
          x="${round(place * step + step * 0.15)}"
          y="${round(height - tall)}"
          width="${round(step * 0.7)}"
          height="${round(tall)}"
        />
      </g>`;
    })}
  </svg>`;
}

const width = 480;
const height = 72;
/** So that the first bars of a young installation are no walls. */
const fewest = 24;

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
