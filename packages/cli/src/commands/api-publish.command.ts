import { randomUUID } from 'node:crypto';
import { GatehouseProblem, PublishedApisApi } from '@gatehouse/client';
import type { ApiView, ChangedApi } from '@gatehouse/contracts';
import { Command } from 'commander';
import { readApiFile } from '../apis/api-file.js';
import type { LocalDocument } from '../apis/local-documents.js';
import { API, changesOf } from '../apis/api-text.js';
import { fieldText } from '../gateway/config-text.js';
import { shown } from '../resources/resource.js';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { UsageError } from '../usage-error.js';
import { positiveInteger } from './option-values.js';

const HELP = `
The file is YAML or JSON, in the words of a route of gateway.yaml:

  name: Orders
  hosts: [api.example.com]
  upstream: https://orders.example.internal      # or { targets: [{ url: …, weight: 1 }, …] }
  audience: https://orders.example.com           # of JWT access tokens; optional
  docs: https://docs.example.com/orders          # optional
  routes:
    - path: /orders/*
      scopes: { GET: [orders:read], '*': [orders:write] }
      limits: [{ per: token, requests: 100, windowSeconds: 60 }]
      cache: { shareBy: tenant, defaultSeconds: 30 }

A route may say roles, maxResponseBytes, cache, cors, deprecation, waf, openapi and mock as well; said of the API, they
hold for those of its routes that do not say them themselves:

  cors: { origins: [https://app.example.com] }
  deprecation: { since: 2026-01-01T00:00:00Z, sunset: 2027-01-01T00:00:00Z }
  waf: { mode: block }                           # where the gateways let the tenant have the firewall
  openapi: { file: orders.openapi.yaml }         # requests are held against it; where they let it have documents

An OpenAPI document is uploaded (at most 1 MiB) and named by its hash, and so it is checked, also with --dry-run; one that no
API has named for a day goes. "mock: { openapi: orders.openapi.yaml }" answers with its examples, without an upstream.

Where an API of that name is published already, it becomes what the file says. --version refuses unless it has that one.

Examples:
  $ gatehouse apis publish orders.yaml --dry-run
  $ gatehouse apis publish orders.yaml`;

interface PublishOptions {
  dryRun?: boolean;
  version?: number;
  json?: boolean;
}

/** `gatehouse apis publish`: publishes what a file says, or makes what is published so. */
export function apiPublishCommand(surroundings: Surroundings): Command {
  return new Command('publish')
    .description('publish an API, or change the one of that name')
    .argument('<file>')
    .option('--dry-run', 'only say what would change')
    .option('--version <n>', 'refuse unless the published one has this version', positiveInteger)
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(async (path: string, { dryRun = false, version, json }: PublishOptions, command: Command) => {
      const { terminal } = surroundings;
      const { terms, documents } = await readApiFile(path);
      const apis = (await System.find(command, surroundings)).manage(PublishedApisApi);
      for (const document of documents) await upload(document, apis);
      let before: ApiView | undefined;
      for await (const api of apis.list({ name: terms.name })) before = api;
      const after = before
        ? await apis.change(before.id, { ...terms, version: version ?? before.version, dryRun })
        : await apis.publish({ ...terms, dryRun }, { idempotencyKey: randomUUID() });
      await terminal.print(json ? JSON.stringify(after) : changeText(before, after));
    });
}

/** Also for a dry run: what nobody names changes nothing. */
async function upload({ path, text }: LocalDocument, apis: PublishedApisApi): Promise<void> {
  try {
    await apis.upload(text);
  } catch (error) {
    if (error instanceof GatehouseProblem && error.code === 'body-invalid')
      throw new UsageError(`${path}: ${error.detail}`, { cause: error });
    throw error;
  }
}

function changeText(before: ApiView | undefined, after: ChangedApi): string {
  const verb = after.dryRun ? 'would be' : 'is';
  if (!before) return `${shown(API, after).text}\n\nIt ${verb} published.`;
  const changes = changesOf(before, after);
  if (changes.length === 0) return `${before.id} says the same already, at version ${before.version}`;
  return [...changes.map(fieldText), `${before.id} ${verb} changed, to version ${after.version}`].join('\n');
}
