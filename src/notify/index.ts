export { overLine, slackText, type Message } from './message.ts';
export type { Ending, Problem } from './problem.ts';
export { tell, type Found, type Told } from './tell.ts';
export { post, type Posted } from './webhook.ts';
