import { Command } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { issueCommand } from './token-issue.command.js';
import { leakCommand } from './token-leak.command.js';
import { unusedCommand } from './token-review.command.js';
import { tokenQueries } from './token-queries.js';
import { rotateCommand } from './token-rotate.command.js';
import { statusCommands } from './token-status.command.js';

/** `gatehouse tokens`: issue, look at, change and revoke tokens. */
export function tokensCommand(surroundings: Surroundings): Command {
  const tokens = new Command('tokens')
    .description('issue, look at, change and revoke tokens')
    .addCommand(issueCommand(surroundings))
    .addCommand(rotateCommand(surroundings))
    .addCommand(unusedCommand(surroundings))
    .addCommand(leakCommand(surroundings));
  for (const command of [...tokenQueries(surroundings), ...statusCommands(surroundings)])
    tokens.addCommand(command);
  return tokens;
}
