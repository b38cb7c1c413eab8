import { GuardMode } from '@gatehouse/contracts';
import { z } from 'zod';

const MIB = 1024 * 1024;

/** Bounds of JSON bodies. A route that has them reads such a body whole before its upstream sees any of it. */
export const JsonBoundsSpec = z.strictObject({
  maxBytes: z
    .int()
    .min(2)
    .max(16 * MIB)
    .default(MIB),
  maxDepth: z.int().min(1).max(512).default(32).describe('Objects and arrays within each other.'),
  maxKeys: z.int().min(1).max(1_000_000).default(10_000).describe('Of all objects together.'),
  duplicateKeys: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe('Two parsers may make different things of a key that an object has twice (RFC 8259 §4).'),
});
export type JsonBoundsSpec = z.infer<typeof JsonBoundsSpec>;

/** What a route refuses for how it is written, whoever sends it. */
export const PayloadSpec = z.strictObject({
  mode: GuardMode.default('block'),
  traversal: z
    .enum(['encoded', 'any'])
    .default('encoded')
    .describe(
      'Ways up a tree of folders: those that hide behind a second encoding, or any "../" in the query too.',
    ),
  controlCharacters: z
    .enum(['nul', 'any'])
    .default('nul')
    .describe(
      'In the query: NUL alone, or all but tab and the ends of lines. The path may hold neither, but tab.',
    ),
  json: JsonBoundsSpec.optional().describe('Absent: bodies are not looked at.'),
});
export type PayloadSpec = z.infer<typeof PayloadSpec>;
