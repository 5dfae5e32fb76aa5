export { type Embedded, type EmbeddedOptions, openEmbedded, type RunningServer } from './open-embedded.ts';
