import { parentPort, workerData } from 'node:worker_threads';
import { ModSecurity } from './mod-security.js';
import type { Answer, Question } from './thread-messages.js';

type Asked = Exclude<Question, { kind: 'end' }>;

/** Runs in a thread of its own: rules are native code that takes its time. */
class EngineThread {
  private engine: ModSecurity | undefined;
  private readonly loaded = new Map<string, bigint>();

  constructor(private readonly library: string) {}

  answer(question: Asked): Answer {
    const engine = (this.engine ??= new ModSecurity(this.library));
    switch (question.kind) {
      case 'open':
        return DONE;
      case 'load': {
        const { ruleSet } = question;
        if (!this.loaded.has(ruleSet.id)) this.loaded.set(ruleSet.id, engine.load(ruleSet));
        return DONE;
      }
      case 'keep':
        this.forgetAllBut(new Set(question.ruleSets), engine);
        return DONE;
      case 'look': {
        const rules = this.loaded.get(question.ruleSet);
        if (rules === undefined) return { kind: 'missing' };
        return { kind: 'verdict', verdict: engine.look(rules, question.looked) };
      }
    }
  }

  private forgetAllBut(kept: ReadonlySet<string>, engine: ModSecurity): void {
    for (const [id, rules] of this.loaded) {
      if (kept.has(id)) continue;
      this.loaded.delete(id);
      engine.free(rules);
    }
  }
}

const DONE: Answer = { kind: 'done' };
const thread = new EngineThread((workerData as { library: string }).library);

parentPort?.on('message', (question: Question) => {
  if (question.kind === 'end') process.exit(); // of the thread
  parentPort?.postMessage(answerTo(question), []);
});

function answerTo(question: Asked): Answer {
  try {
    return thread.answer(question);
  } catch (error) {
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
