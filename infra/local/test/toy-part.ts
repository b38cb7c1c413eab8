import { bareEnvironment, eventually } from '@gatehouse/testing';
import type { Child } from '@gatehouse/testing';
import type { Part } from '../src/part.js';

/** A part that runs a few lines of JavaScript in a process of their own; ready when it says so. */
export function toyPart(name: string, script: string): Part {
  return {
    name,
    program: { command: process.execPath, args: ['-e', script], env: bareEnvironment() },
    ready: (child) => saysReady(child),
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
    isLoud: (line) => line.startsWith('!'),
  };
}

async function saysReady(child: Child): Promise<void> {
  await eventually(() => {
    if (child.running && !child.log.includes('ready')) throw new Error('not ready');
  });
  if (!child.running) throw new Error(`it ended: ${child.log}`);
}

/** Runs until it is told to stop. */
export const STEADY = 'setInterval(() => {}, 1000); console.log("ready")';
