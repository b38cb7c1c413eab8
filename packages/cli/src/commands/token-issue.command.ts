import { Command, InvalidArgumentError } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { durationSeconds, repeated } from './option-values.js';
import { describeToken } from './token-text.js';

interface IssueOptions {
  name: string;
  scope: string[];
  expiresIn?: number;
  ip?: string[];
  metadata?: Record<string, string>;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ gatehouse tokens issue --name ci --scope demo:read --scope demo:write --expires-in 1h
  $ TOKEN=$(gatehouse tokens issue --name ci --scope demo:read --json | jq -r .token)`;

/** `gatehouse tokens issue`. */
export function issueCommand(surroundings: Surroundings): Command {
  return new Command('issue')
    .description('issue a token; its secret is shown this once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--scope <scope>', 'what it may do; may be repeated', repeated)
    .option('--expires-in <duration>', 'e.g. 15m, 1h, 30d (default: the issuer’s)', durationSeconds)
    .option('--ip <cidr>', 'where it may be used from; may be repeated', repeated)
    .option('--metadata <key=value>', 'kept with it; may be repeated', keyValue)
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (options: IssueOptions, command: Command) => {
      const issuer = (await System.find(command, surroundings)).issuer();
      const { token, ...view } = await issuer.issue({
        name: options.name,
        scopes: options.scope,
        expiresInSeconds: options.expiresIn,
        ipAllow: options.ip,
        metadata: options.metadata,
      });
      const { terminal } = surroundings;
      if (options.json) return terminal.print(JSON.stringify({ ...view, token }));
      await terminal.print(describeToken(view));
      await terminal.print(`\n${terminal.colours.bold(token)}`);
      terminal.note('Keep it now: it is not shown again.');
    });
}

function keyValue(text: string, earlier: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected key=value');
  return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
}
