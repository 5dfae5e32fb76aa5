export { type Embedded, openEmbedded, type RunningServer } from './open-embedded.ts';
