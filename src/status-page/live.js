// Keeps "now" and distances in time true while the page is open. All that it writes is text: what is told may hold anything.
const main = document.querySelector('main');
const [worker, done, running, news] = ['worker', 'done', 'running', 'news'].map((id) =>
  document.getElementById(id),
);
const untouched = 10_000;
let touchedAt = -Infinity;
// Of each worker behind this address: one that stands by has other runs than the one that made the page.
const lastRuns = new Map([[main.dataset.server, main.dataset.lastRun]]);

if (running !== null) {
  const events = new EventSource('/events');
  events.addEventListener('worker', ({ data }) => show(JSON.parse(data)));
  addEventListener('pagehide', () => events.close());
  // A page that comes back from the browser's memory is an old one.
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
  for (const kind of ['pointerdown', 'keydown', 'scroll'])
    addEventListener(kind, () => void (touchedAt = performance.now()), { passive: true });
  setInterval(tellDistances, 10_000);
  // The warehouse had not answered yet.
  if (main.dataset.pending !== undefined) setTimeout(() => location.reload(), 3000);
}

function show({ server, sentence, run, backfills = [], lastRun = '' }) {
  const pipelines = run?.pipelines ?? [];
  const now = pipelines.filter(({ outcome }) => outcome === 'running');
  const through = pipelines.length - now.length;
  if (worker.textContent.trim() !== sentence) worker.textContent = sentence;
  done.textContent = through === 0 ? '' : `${count(through)} done so far.`;
  running.replaceChildren(...now.map(item), ...backfills.map((each) => item({ ...each, phase: 'backfill' })));
  const isNew = lastRun !== (lastRuns.get(server) ?? lastRun);
  lastRuns.set(server, lastRun);
  if (isNew) renew();
}

/** Nobody who reads is interrupted: they are told that there is something new. */
function renew() {
  if (performance.now() - touchedAt > untouched) location.reload();
  else news.hidden = false;
}

function item({ pipeline, phase = '', read, expected }) {
  const known = expected > 0 && expected >= read;
  const bar = document.createElement('progress');
  bar.setAttribute('aria-label', pipeline);
  if (known) Object.assign(bar, { max: expected, value: read });
  const amount = known ? `${count(read)} of ${count(expected)}` : `${count(read)} read`;
  const all = document.createElement('li');
  all.append(text('pipeline', pipeline), text('amount', `${phase} ${amount}`), bar);
  return all;
}

function text(kind, words) {
  const span = document.createElement('span');
  span.className = kind;
  const isolated = document.createElement('bdi');
  isolated.textContent = words;
  span.append(isolated);
  return span;
}

function tellDistances() {
  for (const each of document.querySelectorAll('small[data-from]'))
    each.textContent = distance(Date.now() - Number(each.dataset.from));
}

/** As the server words them. */
function distance(past) {
  if (Math.abs(past) < 1000) return 'just now';
  return past > 0 ? `${coarse(past)} ago` : `in ${coarse(-past)}`;
}

function coarse(milliseconds) {
  const minutes = Math.floor(milliseconds / 60_000);
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (d > 0) return `${d} d ${h} h`;
  if (h > 0) return `${h} h ${m} min`;
  return m > 0 ? `${m} min` : `${Math.floor(milliseconds / 1000)} s`;
}

function count(value) {
  return value.toLocaleString('en-US');
}
