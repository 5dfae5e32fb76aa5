import type { Command } from 'commander';

/** The command with the flags that say what a backfill reads. */
export function withBackfill(command: Command, meaning: string): Command {
  return command
    .option('--backfill', meaning)
    .option('--since <when>', 'of a backfill: from this date or instant on, such as 2026-01-31')
    .option('--until <when>', 'of a backfill: up to this date or instant, and without it')
    .option('--by <date>', 'of a backfill: records modified (default) or created then')
    .option('--ids <ids>', 'of a backfill: these records, such as 151,152, or @file with an id a line')
    .option('--properties <names>', 'of a backfill: read and write only these, such as email,phone');
}
