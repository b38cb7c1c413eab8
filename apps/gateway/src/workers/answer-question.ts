import { ownMetrics } from '@gatehouse/service';
import { purgeCache } from '../admin/purge-cache.js';
import { decisionAnswer } from '../decisions/decision-answer.js';
import type { Gateway } from '../gateway.js';
import type { Question } from './messages.js';

/** What one worker says when another asks all of them. */
export async function answerQuestion(gateway: Gateway, question: Question): Promise<unknown> {
  switch (question.about) {
    case 'metrics':
      return ownMetrics();
    case 'decision': {
      const decision = gateway.decisions.find(question.requestId, question.tenant);
      return decision ? decisionAnswer(decision, gateway.id) : null;
    }
    case 'purge':
      return purgeCache(gateway, question);
  }
}
