export { delayOf } from './delay.ts';
export { nextRun, type Schedule } from './next-run.ts';
export { openTimetable } from './timetable.ts';
export { work, type Meanwhile, type Pause, type Turn } from './work.ts';
