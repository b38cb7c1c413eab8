import type { Command } from 'commander';
import { shown } from '../resources/resource.js';
import { verbCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import { durationSeconds, keyValue, repeated } from './option-values.js';
import { TOKEN } from './token-text.js';

interface IssueOptions {
  name: string;
  scope: string[];
  expiresIn?: number;
  ip?: string[];
  ipDeny?: string[];
  metadata?: Record<string, string>;
  serviceAccount?: string;
  identity?: string;
}

const EXAMPLES = `
Examples:
  $ gatehouse tokens issue --name ci --scope demo:read --scope demo:write --expires-in 1h
  $ gatehouse tokens issue --name nightly --scope demo:read --service-account sac_0190…
  $ TOKEN=$(gatehouse tokens issue --name ci --scope demo:read --json | jq -r .token)`;

/** `gatehouse tokens issue`. */
export const issueCommand = (surroundings: Surroundings): Command =>
  verbCommand<IssueOptions>(surroundings, {
    name: 'issue',
    description: 'issue a token; its secret is shown this once',
    help: EXAMPLES,
    options: (command) =>
      command
        .requiredOption('--name <name>', 'what it is for')
        .requiredOption('--scope <scope>', 'what it may do; may be repeated', repeated)
        .option('--expires-in <duration>', 'e.g. 15m, 1h, 30d (default: the issuer’s)', durationSeconds)
        .option('--ip <cidr>', 'where it may be used from; may be repeated', repeated)
        .option(
          '--ip-deny <cidr>',
          'where it may not be used from, whatever --ip says; may be repeated',
          repeated,
        )
        .option('--metadata <key=value>', 'kept with it; may be repeated', keyValue)
        .option('--service-account <id>', 'the program it is for, sac_…')
        .option('--identity <id>', 'whose limits and credits it shares, idn_…'),
    run: async (system, _, options) => {
      const issued = await system.issuer().issue({
        name: options.name,
        scopes: options.scope,
        expiresInSeconds: options.expiresIn,
        ipAllow: options.ip,
        ipDeny: options.ipDeny,
        metadata: options.metadata,
        serviceAccountId: options.serviceAccount,
        identityId: options.identity,
      });
      return { ...shown(TOKEN, issued), secret: issued.token };
    },
  });
