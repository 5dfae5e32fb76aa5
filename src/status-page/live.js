// The page works without this.
const events = new EventSource('/events');
addEventListener('pagehide', () => events.close());
