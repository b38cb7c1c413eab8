import { setTimeout as pause } from 'node:timers/promises';
import type { RetentionForecast, RetentionRule, RetentionRun, RetentionView } from '@gatehouse/contracts';
import type { AuditRetentionApi } from '@gatehouse/client';
import { Command, InvalidArgumentError } from 'commander';
import { Progress } from '../progress.js';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';

const LOOK_EVERY_MS = 500;

const HELP = `
An entry whose time is over loses its body; its hash stays, so that the log goes on proving every entry. What no rule fits is
kept for ever. A rule is "<days>d" or "forever", for a type, a tenant, both or all: [type=<type>,][tenant=<id>,]<days>d. "set"
replaces the whole policy; bodies that are due go with the next daily run, or at once with "run".

Examples:
  $ gatehouse audit retention
  $ gatehouse audit retention set --rule 400d --rule type=token.used.v1,90d --reason 'policy of 2026' --dry-run
  $ gatehouse audit retention run`;

/** `gatehouse audit retention`: how long bodies of entries are kept. */
export function auditRetentionCommand(surroundings: Surroundings): Command {
  return new Command('retention')
    .description('how long bodies of entries are kept: show, set, run now')
    .addHelpText('after', HELP)
    .addCommand(showCommand(surroundings), { isDefault: true })
    .addCommand(setCommand(surroundings))
    .addCommand(runCommand(surroundings));
}

function showCommand(surroundings: Surroundings): Command {
  return new Command('show')
    .description('the policy and its last run (what "retention" alone does)')
    .option('--json', 'one JSON document')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const view = await (await System.find(command, surroundings)).auditRetention().show();
      await surroundings.terminal.print(json ? JSON.stringify(view) : viewText(view));
    });
}

interface SetOptions {
  rule?: RetentionRule[];
  reason: string;
  dryRun?: boolean;
  json?: boolean;
}

function setCommand(surroundings: Surroundings): Command {
  return new Command('set')
    .description('replace the policy; without a rule everything is kept for ever')
    .option('--rule <rule>', '[type=<type>,][tenant=<id>,]<days>d, or forever; may be repeated', rules)
    .requiredOption('--reason <text>', 'why; kept in the log')
    .option('--dry-run', 'only say what would go')
    .option('--json', 'one JSON document')
    .action(async ({ rule = [], reason, dryRun = false, json }: SetOptions, command: Command) => {
      const api = (await System.find(command, surroundings)).auditRetention();
      const forecast = await api.set({ rules: rule, reason, dryRun });
      await surroundings.terminal.print(json ? JSON.stringify(forecast) : forecastText(forecast));
    });
}

function rules(text: string, earlier: readonly RetentionRule[] = []): RetentionRule[] {
  const match = /^(?:type=(?<type>[^,]+),)?(?:tenant=(?<tenant>[^,]+),)?(?:(?<days>\d{1,5})d|forever)$/.exec(
    text,
  );
  if (!match) throw new InvalidArgumentError('expected [type=<type>,][tenant=<id>,]<days>d, or forever');
  const { type, tenant, days } = match.groups ?? {};
  const keepDays = days === undefined ? null : Number(days);
  return [...earlier, { ...(type && { type }), ...(tenant && { tenant }), keepDays }];
}

function runCommand(surroundings: Surroundings): Command {
  return new Command('run')
    .description('have the bodies that are due expire now')
    .option('--json', 'one JSON document')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const { terminal } = surroundings;
      const api = (await System.find(command, surroundings)).auditRetention();
      const ended = await untilEnded(api, await api.run(), surroundings);
      const { expired, held } = ended;
      const text = `${expired} bodies expired; legal holds kept ${held}`;
      await terminal.print(json ? JSON.stringify(ended) : text);
    });
}

async function untilEnded(
  api: AuditRetentionApi,
  begun: RetentionRun,
  { terminal }: Surroundings,
): Promise<RetentionRun> {
  const progress = new Progress(terminal, 'looked at', begun.through);
  try {
    for (let run = begun; ; ) {
      progress.update(run.done);
      if (run.endedAt !== null) return run;
      await pause(LOOK_EVERY_MS, undefined, { signal: terminal.signal });
      run = (await api.show()).lastRun ?? run;
    }
  } finally {
    progress.stop();
  }
}

function viewText({ rules: all, setAt, setBy, lastRun }: RetentionView): string {
  if (all.length === 0) return 'no policy: every body is kept for ever';
  const table = plainTable(
    ['type', 'tenant', 'kept'],
    all.map(({ type = 'every type', tenant = 'every tenant', keepDays }) => [
      type,
      tenant,
      keepDays === null ? 'for ever' : `${keepDays} days`,
    ]),
  );
  const last = lastRun
    ? `last run ${lastRun.startedAt}: ${lastRun.expired} expired, ${lastRun.held} on hold`
    : 'no run yet';
  return `${table}\nset ${setAt} by ${setBy}; ${last}`;
}

function forecastText({ dryRun, due }: RetentionForecast): string {
  const said = dryRun ? 'nothing was changed' : 'the policy is set';
  if (due.length === 0) return `${said}; no body is due`;
  const table = plainTable(
    ['type', 'tenant', 'due', 'on hold'],
    due.map(({ type, tenant, entries, held }) => [type, tenant, entries, held]),
  );
  return `${table}\n${said}; ${dryRun ? 'these would go' : 'these go with the next run'}`;
}
