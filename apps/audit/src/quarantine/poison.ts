import { createHash } from 'node:crypto';
import { MalformedEvent } from '@gatehouse/contracts';
import type { PoisonView } from '@gatehouse/contracts';

const LONGEST_RULE = 1000;

/** Something that was received and can never become a leaf. Its stream halts at it until somebody decides. */
export class Poison extends MalformedEvent {
  readonly view: PoisonView;

  constructor({ rule, ...view }: PoisonView) {
    super(
      `${rule} (${view.stream} ${view.position}, sha256 ${view.sha256}): correct its source, or leave it out with "gatehouse audit quarantine"`,
    );
    this.name = 'Poison';
    this.view = { ...view, rule: rule.slice(0, LONGEST_RULE) };
  }

  /** Of the entry that records the decision to leave it out: there can be but one. */
  get decisionId(): string {
    const { stream, position, sha256 } = this.view;
    return `quarantine-${stream}-${position}-${sha256.slice(0, 32)}`;
  }
}

/** SHA-256 of what was received, hexadecimal. */
export const digestOf = (received: string | Uint8Array): string =>
  createHash('sha256').update(received).digest('hex');

/** What an event says its id is, if it can be repeated. */
export function eventIdOf(json: unknown): string | null {
  const id = typeof json === 'object' && json !== null && 'id' in json ? json.id : undefined;
  return typeof id === 'string' && id.length <= 200 && Buffer.from(id).toString() === id ? id : null;
}
