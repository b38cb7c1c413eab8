import type { z } from 'zod';
import { UnexpectedAnswer } from '../unexpected-answer.js';

/**
 * Holds an answer to its contract.
 * @throws UnexpectedAnswer that names the rule and never quotes the answer, which may hold a secret.
 */
export function parseAnswer<Answer extends z.ZodType>(
  origin: string,
  text: string,
  answer: Answer,
): z.infer<Answer> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw new UnexpectedAnswer(origin, 'not JSON');
  }
  const parsed = answer.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UnexpectedAnswer(origin, `${issue?.path.join('.')}: ${issue?.message}`);
}
