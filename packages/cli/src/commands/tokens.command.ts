import { Command } from 'commander';
import type { Surroundings } from '../gatehouse.command.js';
import { issueCommand } from './token-issue.command.js';
import { tokenEventsCommand, tokenGetCommand, tokenListCommand } from './token-queries.command.js';
import { revokeCommand } from './token-revoke.command.js';

/** `gatehouse tokens`: issue, look at and revoke tokens. */
export function tokensCommand(surroundings: Surroundings): Command {
  return new Command('tokens')
    .description('issue, look at and revoke tokens')
    .addCommand(issueCommand(surroundings))
    .addCommand(tokenListCommand(surroundings))
    .addCommand(tokenGetCommand(surroundings))
    .addCommand(tokenEventsCommand(surroundings))
    .addCommand(revokeCommand(surroundings));
}
