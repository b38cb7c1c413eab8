import { Command } from 'commander';
import { proveInclusion } from '../audit/prove-inclusion.js';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { auditEvidenceCommand } from './audit-evidence.command.js';
import { auditExportCommand } from './audit-export.command.js';
import { auditHoldsCommand } from './audit-holds.command.js';
import { auditQuarantineCommand } from './audit-quarantine.command.js';
import { auditReconcileCommand } from './audit-reconcile.command.js';
import { auditRetentionCommand } from './audit-retention.command.js';
import { auditSearchCommand } from './audit-search.command.js';
import { auditSinksCommand } from './audit-sinks.command.js';
import { auditVerifyCommand } from './audit-verify.command.js';
import { auditWitnessCommand } from './audit-witness.command.js';
import { positiveInteger, wholeNumber } from './option-values.js';

const PROOF_HELP = `
The leaf hash is computed here from the event, and the root from the proof: nothing the server says is taken on trust but
the checkpoint, and with --key not even that.

Examples:
  $ gatehouse audit proof 42
  $ gatehouse audit proof 42 --key 'log.example+1a2b3c4d+AZ…'`;

interface ProofOptions {
  key?: string;
  json?: boolean;
}

/** `gatehouse audit`: checkpoints, proofs and the whole log. */
export function auditCommand(surroundings: Surroundings): Command {
  return new Command('audit')
    .description('checkpoints and proofs of the audit log; the whole log, and whether it holds')
    .addCommand(checkpointCommand(surroundings))
    .addCommand(proofCommand(surroundings))
    .addCommand(auditSearchCommand(surroundings))
    .addCommand(auditExportCommand(surroundings))
    .addCommand(auditVerifyCommand(surroundings))
    .addCommand(auditReconcileCommand(surroundings))
    .addCommand(auditSinksCommand(surroundings))
    .addCommand(auditEvidenceCommand(surroundings))
    .addCommand(auditRetentionCommand(surroundings))
    .addCommand(auditHoldsCommand(surroundings))
    .addCommand(auditWitnessCommand(surroundings))
    .addCommand(auditQuarantineCommand(surroundings));
}

function checkpointCommand(surroundings: Surroundings): Command {
  return new Command('checkpoint')
    .description('the latest checkpoint, a signed note')
    .option('--witnessed <n>', 'the latest that at least so many witnesses have cosigned', positiveInteger)
    .action(async ({ witnessed }: { witnessed?: number }, command: Command) => {
      const note = await (await System.find(command, surroundings)).audit().checkpoint(witnessed);
      await surroundings.terminal.print(note.trimEnd());
    });
}

function proofCommand(surroundings: Surroundings): Command {
  return new Command('proof')
    .description('prove that an entry is in the log, and verify the proof here')
    .argument('<index>', 'of the entry, from 0', wholeNumber)
    .option('--key <verifier-key>', 'also verify the checkpoint’s signature: <name>+<id>+<base64>')
    .option('--json', 'one JSON document')
    .addHelpText('after', PROOF_HELP)
    .action(async (index: number, options: ProofOptions, command: Command) => {
      const { terminal } = surroundings;
      const audit = (await System.find(command, surroundings)).audit();
      const result = await proveInclusion(audit, index, options.key);
      if (!result.proven) surroundings.exitCode = ExitCode.failure;
      if (options.json) return terminal.print(JSON.stringify(result));
      const { colours } = terminal;
      const verdict = result.proven ? colours.green('proven') : colours.red(`NOT proven: ${result.flaw}`);
      await terminal.print(`entry ${index}: ${result.type} ${result.eventId} of ${result.subject}`);
      if (result.expired)
        await terminal.print('its body expired under policy: what stands for it is its hash');
      await terminal.print(`in the tree of ${result.size} leaves with root ${result.root}: ${verdict}`);
    });
}
