export { type Embedded, openEmbedded, type RunningServer } from './open-embedded.ts';
export { removeEmbedded } from './remove-embedded.ts';
