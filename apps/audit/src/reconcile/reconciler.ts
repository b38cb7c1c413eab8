import { MalformedEvent } from '@gatehouse/contracts';
import type { ReconcileAnswer, ReconcileBody } from '@gatehouse/contracts';
import { comparePositions } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ISSUER } from '../audit.tokens.js';
import type { FeedSource } from '../intake/issuer-intake.js';
import { LeafAppender } from '../intake/leaf-appender.js';
import type { Leaf } from '../log/leaf.js';
import { leafOf } from '../log/leaf.js';
import { keyOf, loggedAmong } from '../log/logged-among.js';

const PAGE_SIZE = 1000;

interface FeedLeaf {
  leaf: Leaf;
  position: string;
}

/** Holds the issuer's feed, which is the truth, against the log. */
@Injectable()
export class Reconciler {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ISSUER) private readonly issuer: FeedSource,
    @Inject(LeafAppender) private readonly appender: LeafAppender,
  ) {}

  /** One page; what is missing is logged at the end of the log if asked for: it does not say when it should have been. */
  async page({ after, through, refill }: ReconcileBody): Promise<ReconcileAnswer> {
    const answer = await this.issuer.feed(after, PAGE_SIZE);
    const due = answer.events
      .map((event) => ({ leaf: leafOf('issuer', event), position: positionOf(event) }))
      .filter(({ position }) => comparePositions(position, through) <= 0);
    const hashes = await loggedAmong(
      this.dataSource.manager,
      due.map(({ leaf }) => leaf),
    );
    const missing = due.filter(({ leaf }) => !hashes.has(keyOf(leaf)));
    const altered = due.filter(({ leaf }) => isAltered(leaf, hashes.get(keyOf(leaf))));
    if (refill) await this.appender.append(missing.map(({ leaf }) => leaf));
    const goesOn = answer.events.length > 0 && due.length === answer.events.length;
    return {
      events: due.length,
      logged: due.length - missing.length - altered.length,
      missing: missing.map(entryOf),
      altered: altered.map(entryOf),
      refilled: refill ? missing.length : 0,
      next: goesOn ? answer.next : null,
    };
  }
}

function positionOf(event: Readonly<Record<string, unknown>>): string {
  if (typeof event['position'] === 'string') return event['position'];
  throw new MalformedEvent(`event ${String(event['id'])} of the feed has no position`);
}

const isAltered = (leaf: Leaf, logged: Uint8Array | undefined): boolean =>
  logged !== undefined && !Buffer.from(logged).equals(leaf.leafHash);

const entryOf = ({ leaf, position }: FeedLeaf) => ({ eventId: leaf.eventId, type: leaf.type, position });
