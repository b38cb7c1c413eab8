import { Command } from 'commander';
import { apisCommand } from './commands/apis.command.js';
import { applicationsCommand } from './commands/applications.command.js';
import { auditCommand } from './commands/audit.command.js';
import { backtestCommand } from './commands/backtest.command.js';
import { eventsCommand } from './commands/events.command.js';
import { gatewayCommand } from './commands/gateway.command.js';
import { identitiesCommand } from './commands/identities.command.js';
import { invitationsCommand } from './commands/invitations.command.js';
import { membersCommand } from './commands/members.command.js';
import { projectionsCommand } from './commands/projections.command.js';
import { replayCommand } from './commands/replay.command.js';
import { serviceAccountsCommand } from './commands/service-accounts.command.js';
import { sessionsCommand } from './commands/sessions.command.js';
import { statusCommand } from './commands/status.command.js';
import { teamsCommand } from './commands/teams.command.js';
import { tenantsCommand } from './commands/tenants.command.js';
import { tokensCommand } from './commands/tokens.command.js';
import { usageCommand } from './commands/usage.command.js';
import { usersCommand } from './commands/users.command.js';
import type { Surroundings } from './surroundings.js';

const HELP = `
The system is found through .gatehouse/run.json of this folder or one above it, as written by "npm start".

Environment:
  GATEHOUSE_DIR     instead of --dir
  GATEHOUSE_TOKEN   the token to call with, instead of the one in run.json

Exit codes: 0 success, 1 failure, 2 wrong usage.

Examples:
  $ gatehouse status
  $ gatehouse tokens issue --name ci --scope demo:read --expires-in 1h
  $ gatehouse users erase usr_0190…                # says what would go; --yes does it
  $ gatehouse events tail --type TokenRevoked
  $ gatehouse replay access.log.gz --speed max`;

/** The whole command line. */
export function gatehouse(surroundings: Surroundings): Command {
  const program = new Command('gatehouse')
    .description('Operate Gatehouse: tokens, people, tenants, events, usage, audit')
    .option('--dir <dir>', 'the folder that holds run.json')
    .option('--issuer-url <url>', 'the issuer')
    .option('--gateway-url <url>', 'the gateway')
    .option('--gateway-admin-url <url>', 'the gateway’s admin port')
    .option('--audit-url <url>', 'the audit log')
    .option('--analytics-url <url>', 'analytics')
    .option('--nats-url <url>', 'the NATS server')
    .addHelpText('after', HELP);
  const { terminal } = surroundings;
  for (const command of [
    statusCommand(surroundings),
    tokensCommand(surroundings),
    tenantsCommand(surroundings),
    usersCommand(surroundings),
    membersCommand(surroundings),
    invitationsCommand(surroundings),
    identitiesCommand(surroundings),
    serviceAccountsCommand(surroundings),
    applicationsCommand(surroundings),
    teamsCommand(surroundings),
    sessionsCommand(surroundings),
    eventsCommand(surroundings),
    usageCommand(surroundings),
    auditCommand(surroundings),
    apisCommand(surroundings),
    gatewayCommand(surroundings),
    projectionsCommand(surroundings),
    replayCommand(surroundings),
    backtestCommand(surroundings),
  ])
    program.addCommand(command);
  everyCommand(program, (command) =>
    command.exitOverride().configureOutput({
      writeOut: (text) => void terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    }),
  );
  return program;
}

function everyCommand(command: Command, apply: (command: Command) => void): void {
  apply(command);
  for (const child of command.commands) everyCommand(child, apply);
}
