import { randomBytes } from 'node:crypto';
import type { IssuerApi, UsageApi } from '@gatehouse/client';
import { Progress } from '../progress.js';
import type { Terminal } from '../terminal.js';
import { ClientTokens } from './client-tokens.js';
import { inParallel } from './in-parallel.js';
import { entriesOf, type LogSurvey } from './log-survey.js';
import { paced, type Speed } from './paced.js';
import { waitUntilRecorded } from './recorded.js';
import { type ReplayReport, reportOf } from './replay-report.js';
import { Sender } from './sender.js';

const SPARE_SECONDS = 3_600;

/** What to replay, how, and against which system. */
export interface ReplayOptions {
  path: string;
  survey: LogSurvey;
  speed: Speed;
  concurrency: number;
  keepTokens: boolean;
  /** How long to wait for records without any news. */
  patienceMs: number;
  gatewayUrl: string;
  issuer: IssuerApi;
  usage: UsageApi;
  terminal: Terminal;
}

/** Issues tokens, sends every request of the log, waits until they are recorded, and revokes the tokens. */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const { issuer, survey, terminal } = options;
  const issuing = new Progress(terminal, 'issuing', survey.clients.size);
  const tokens = new ClientTokens({
    issuer,
    run: randomBytes(4).toString('hex'),
    expiresInSeconds: expectedSeconds(options) + SPARE_SECONDS,
    signal: terminal.signal,
    onProgress: issuing.update,
  });
  try {
    await tokens.issue(survey.clients);
    issuing.stop();
    return await sendAndCompare(options, tokens);
  } finally {
    if (!options.keepTokens) await revoke(tokens, terminal);
  }
}

async function sendAndCompare(options: ReplayOptions, tokens: ClientTokens): Promise<ReplayReport> {
  const { survey, usage, patienceMs, terminal } = options;
  const from = new Date();
  const start = performance.now();
  const sender = await sendAll(options, tokens);
  const elapsedMs = performance.now() - start;
  const recording = new Progress(terminal, 'recorded', sender.answered.total);
  const recorded = await waitUntilRecorded({
    usage,
    from,
    expected: sender.answered,
    patienceMs,
    signal: terminal.signal,
    onProgress: recording.update,
  });
  recording.stop();
  terminal.signal.throwIfAborted();
  return reportOf(survey, sender, recorded, elapsedMs);
}

async function sendAll(options: ReplayOptions, tokens: ClientTokens): Promise<Sender> {
  const { path, survey, speed, concurrency, gatewayUrl, terminal } = options;
  const sender = new Sender(gatewayUrl, concurrency, tokens, terminal.signal);
  const sending = new Progress(terminal, 'sending', survey.statuses.total);
  try {
    await inParallel(paced(entriesOf(path), speed, terminal.signal), concurrency, async (entry) => {
      await sender.send(entry);
      sending.update(sender.answered.total + sender.refused.total + sender.unanswered);
    });
  } finally {
    sending.stop();
    await sender.close();
  }
  return sender;
}

async function revoke(tokens: ClientTokens, terminal: Terminal): Promise<void> {
  const revoking = new Progress(terminal, 'revoking', tokens.count);
  const failed = await tokens.revokeAll(revoking.update);
  revoking.stop();
  if (failed) terminal.note(`${failed} tokens could not be revoked; they expire by themselves`);
}

const expectedSeconds = ({ speed, survey }: ReplayOptions): number =>
  speed === 'max' ? 0 : Math.ceil(survey.spanMs / 1000 / speed);
