import { z } from 'zod';
import { ApiId } from './api.fields.js';

const LARGEST_TEXT = 4 * 1024 * 1024;

/** Where gateway.yaml breaks a rule, and what to do about it. */
export const ConfigMistake = z.object({
  /** From 1 on; `null`: not in the text but in what it refers to. */
  line: z.int().nullable(),
  column: z.int().nullable(),
  /** Such as `routes[0].path`; empty: the text itself. */
  field: z.string(),
  rule: z.string(),
  /** `null`: the rule says it all. */
  fix: z.string().nullable(),
});
export type ConfigMistake = z.infer<typeof ConfigMistake>;

/** What a gateway.yaml was found to be, far from any gateway. */
export const LintReport = z.object({
  mistakes: z.array(ConfigMistake),
  /** Variables it names that had no value: what would stand in their place was not checked. */
  unset: z.array(z.string()),
});
export type LintReport = z.infer<typeof LintReport>;

/** SHA-256 of the text of a gateway.yaml, hexadecimal: which one is in force. */
export const ConfigVersion = z.string().regex(/^[0-9a-f]{64}$/, 'a version is 64 hexadecimal digits');

/** One value that differs; absent: there is none on that side. */
export const ConfigFieldChange = z.object({
  /** Such as `limits[0].requests`; empty: all of it. */
  field: z.string(),
  before: z.json().optional(),
  after: z.json().optional(),
});
export type ConfigFieldChange = z.infer<typeof ConfigFieldChange>;

/** One route or setting that differs, as it is written: comments and spelling do not count, variables stay variables. */
export const ConfigChange = z.object({
  kind: z.enum(['route', 'setting']),
  /** The route's id, or the name of the setting. */
  name: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  /** What is applied is in force once the gateway was started again. */
  takesRestart: z.boolean(),
  fields: z.array(ConfigFieldChange),
});
export type ConfigChange = z.infer<typeof ConfigChange>;

const publishedFields = {
  api: ApiId,
  tenant: z.string(),
  /** Empty where what was published cannot be read. */
  name: z.string(),
};

/** A published API, and why a configuration does not serve it; `null`: it does. */
export const PublishedInForce = z.object({ ...publishedFields, reason: z.string().nullable() });
export type PublishedInForce = z.infer<typeof PublishedInForce>;

/** A published API that two configurations do not treat alike: why they do not serve it; `null`: they do. */
export const PublishedChange = z.object({
  ...publishedFields,
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type PublishedChange = z.infer<typeof PublishedChange>;

/** Answer of `GET {adminUrl}/v1/config`. */
export const ConfigInForce = z.object({
  gateway: z.string(),
  version: ConfigVersion,
  loadedAt: z.iso.datetime(),
  /** Why a later text of the file was refused; `null`: it is in force. */
  rejected: z.string().nullable(),
  /** As it was written, with variables and file names in the place of values and secrets. */
  text: z.string(),
  /** APIs of tenants, which are not in the text: the first thousand of them. */
  published: z.array(PublishedInForce).max(1000).default([]),
});
export type ConfigInForce = z.infer<typeof ConfigInForce>;

/** Body of `POST {adminUrl}/v1/config/check`. */
export const CheckConfigBody = z.strictObject({ text: z.string().max(LARGEST_TEXT) });
export type CheckConfigBody = z.infer<typeof CheckConfigBody>;

/** Its answer: what the gateway would say to it, and what it would change. */
export const CheckedConfig = z.object({
  gateway: z.string(),
  /** Of what is in force now. */
  version: ConfigVersion,
  mistakes: z.array(ConfigMistake),
  /** Empty where there are mistakes. */
  changes: z.array(ConfigChange),
  /** APIs of tenants that it would serve, or not, otherwise than what is in force: the first thousand of them. */
  published: z.array(PublishedChange).max(1000).default([]),
});
export type CheckedConfig = z.infer<typeof CheckedConfig>;

/** Body of `POST {adminUrl}/v1/config/apply`. */
export const ApplyConfigBody = CheckConfigBody.extend({
  /** Of what the text was made from: refused when something else is in force by now. */
  baseVersion: ConfigVersion,
});
export type ApplyConfigBody = z.infer<typeof ApplyConfigBody>;

/** Its answer, once it is in force and in the gateway's file. */
export const AppliedConfig = z.object({
  gateway: z.string(),
  version: ConfigVersion,
  changes: z.array(ConfigChange),
});
export type AppliedConfig = z.infer<typeof AppliedConfig>;
