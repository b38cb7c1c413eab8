import { Counter, Gauge } from '@gatehouse/service';
import type { Verdict } from './thread-messages.js';
import type { WafEngine } from './waf-engine.js';

type Sources = Pick<WafEngine, 'waiting' | 'threads' | 'restarts'>;
let engine: Sources | undefined;

/** Tells the metrics of this process where to read: one engine a process. */
export function observeWaf(from: Sources): void {
  engine = from;
}

const looks = new Counter({
  name: 'gatehouse_gateway_waf_looks_total',
  help: 'Requests that the firewall was to look at, by what came of it',
  labelNames: ['verdict'],
});

const answerLooks = new Counter({
  name: 'gatehouse_gateway_waf_answer_looks_total',
  help: 'Answers that the firewall was to look at, by what came of it',
  labelNames: ['verdict'],
});

/** @param verdict `undefined`: none could be had. */
export const countLook = (verdict: Verdict | undefined): void =>
  looks.inc({ verdict: verdict ? (verdict.isAttack ? 'attack' : 'clean') : 'unavailable' });

/** @param verdict `undefined`: none could be had. */
export const countAnswerLook = (verdict: Verdict | undefined): void =>
  answerLooks.inc({ verdict: verdict ? (verdict.isAttack ? 'leak' : 'clean') : 'unavailable' });

const gauge = (name: string, help: string, read: (from: Sources) => number) =>
  new Gauge({
    name: `gatehouse_gateway_waf_${name}`,
    help,
    collect() {
      if (engine) this.set(read(engine));
    },
  });

gauge('waiting', 'Requests that wait for a thread of the firewall', ({ waiting }) => waiting);
gauge('threads', 'Threads of the firewall that can look at requests', ({ threads }) => threads);
gauge(
  'restarted_threads',
  'Threads of the firewall that ended and were replaced',
  ({ restarts }) => restarts,
);
