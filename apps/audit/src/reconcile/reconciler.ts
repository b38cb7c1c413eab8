import type { ReconcileAnswer, ReconcileBody } from '@gatehouse/contracts';
import { comparePositions } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ISSUER } from '../audit.tokens.js';
import type { FeedSource } from '../intake/feed-source.js';
import { contradiction } from '../intake/issuer-event.js';
import type { ReceivedEvent } from '../intake/issuer-event.js';
import { Sieve } from '../intake/sieve.js';
import { LeafAppender } from '../intake/leaf-appender.js';
import type { Leaf } from '../log/leaf.js';
import { keyOf, loggedAmong } from '../log/logged-among.js';
import { QuarantineLog } from '../quarantine/quarantine-log.js';

const PAGE_SIZE = 1000;

/** Holds the issuer's feed, which is the truth, against the log. */
@Injectable()
export class Reconciler {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ISSUER) private readonly issuer: FeedSource,
    @Inject(LeafAppender) private readonly appender: LeafAppender,
    @Inject(Sieve) private readonly sieve: Sieve,
    @Inject(QuarantineLog) private readonly quarantine: QuarantineLog,
  ) {}

  /** One page; what is missing is logged at the end of the log if asked for: it does not say when it should have been. */
  async page({ after, through, refill }: ReconcileBody): Promise<ReconcileAnswer> {
    const answer = await this.issuer.feed(after, PAGE_SIZE);
    const sifted = await this.sieve.sift(answer.events, false);
    const due = sifted.good.filter(({ position }) => comparePositions(position, through) <= 0);
    const hashes = await loggedAmong(
      this.dataSource.manager,
      due.map(({ leaf }) => leaf),
    );
    const missing = due.filter(({ leaf }) => !hashes.has(keyOf(leaf)));
    const contradicting = due.filter(({ leaf }) => isAltered(leaf, hashes.get(keyOf(leaf))));
    const altered = await this.undecided(contradicting);
    if (refill) await this.appender.append(missing.map(({ leaf }) => leaf));
    const goesOn = answer.events.length > 0 && due.length + sifted.leftOut === answer.events.length;
    return {
      events: due.length + sifted.leftOut,
      logged: due.length - missing.length - contradicting.length,
      quarantined: sifted.leftOut + contradicting.length - altered.length,
      missing: missing.map(entryOf),
      altered: altered.map(entryOf),
      refilled: refill ? missing.length : 0,
      next: goesOn ? answer.next : null,
    };
  }

  /** Without those whose other content it was decided to leave out. */
  private async undecided(contradicting: readonly ReceivedEvent[]): Promise<ReceivedEvent[]> {
    const poisons = contradicting.map(contradiction);
    const decided = await this.quarantine.decidedAmong(poisons);
    return contradicting.filter((_, i) => !decided.has(poisons[i]!));
  }
}

const isAltered = (leaf: Leaf, logged: Uint8Array | undefined): boolean =>
  logged !== undefined && !Buffer.from(logged).equals(leaf.leafHash);

const entryOf = ({ leaf, position }: ReceivedEvent) => ({ eventId: leaf.eventId, type: leaf.type, position });
