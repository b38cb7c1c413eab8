import type { Child, ProgramSpec } from '@gatehouse/testing';

/** One process of the installation. */
export interface Part {
  name: string;
  program: ProgramSpec;
  /** Resolves when it does its work; rejects when it ended instead or takes too long. */
  ready: (child: Child) => Promise<void>;
  stopSignal: NodeJS.Signals;
  /** How long it may take to end before it is killed. */
  graceMs: number;
  /** Whether a line of its output is worth showing at once; the rest is in its log. */
  isLoud: (line: string) => boolean;
}
