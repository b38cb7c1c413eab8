import type { IssuerApi } from '@gatehouse/client';
import { GatewayApplied, RevocationCommitted } from '@gatehouse/contracts';
import { ORIGIN } from '@gatehouse/kernel';
import {
  connectNats,
  type FeedEvent,
  FeedFollower,
  feedEventOf,
  feedPageOf,
  onSignal,
  sendSignal,
} from '@gatehouse/messaging';
import { applyStreams } from '@gatehouse/nats';
import type { Logger } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { ConfigAnnouncer } from './configuration/config-announcer.js';
import type { ConfigJournal } from './configuration/config-journal.js';
import type { PublishedApis } from './publishing/published-apis.js';
import { Shipper } from './records/shipper.js';
import type { Spool } from './records/spool/spool.js';
import { applyTokenEvents, isKeyEvent } from './tokens/apply-token-events.js';
import { isStillThere } from './tokens/snapshot/is-still-there.js';
import type { FeedPlace } from './tokens/snapshot/snapshot-file.js';
import type { SnapshotKeeper, ViewState } from './tokens/snapshot/snapshot-keeper.js';
import type { TokenChanges } from './tokens/token-changes.js';

const APPLIED_EVERY_MS = 1_000;
const SHIP_LIMIT_MS = 3_000;

/** What {@link BrokerLink} needs. */
export interface BrokerLinkOptions {
  readonly gatewayId: string;
  readonly natsUrl: string;
  readonly issuer: Pick<IssuerApi, 'feed'>;
  readonly changes: TokenChanges;
  readonly published: PublishedApis;
  readonly snapshots: SnapshotKeeper;
  /** What the last run knew. */
  readonly restored: ViewState;
  readonly spool: Spool;
  readonly journal: ConfigJournal;
  /** The issuer's signing keys are others now. */
  readonly onKeysChanged: () => void;
  /** Other APIs are published now. */
  readonly onApisChanged: () => void;
  readonly logger: Logger;
}

/**
 * Everything that goes over NATS: token events in, applied positions and request batches out. The data plane does not
 * wait for it: until it stands, the view is as old as the snapshot on disk, and past a route's patience every token is
 * confirmed with the issuer.
 */
export class BrokerLink {
  private nats: NatsConnection | undefined;
  private follower: FeedFollower<FeedEvent> | undefined;
  private shipper: Shipper | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly announcer: ConfigAnnouncer;
  private stopped = false;
  /** What the last run knew, until events take over. */
  private restored: ViewState;
  private place: FeedPlace | undefined;

  constructor(private readonly options: BrokerLinkOptions) {
    this.announcer = new ConfigAnnouncer(options.journal, options.logger);
    this.restored = options.restored;
    this.place = this.restored.place;
  }

  /** Returns at once. */
  start(): void {
    this.options.snapshots.start(() => this.view());
    this.connect().catch((error: unknown) =>
      this.options.logger.error({ err: error }, 'NATS is not followed'),
    );
  }

  /** `performance.now()` when the view of the tokens was last known complete. */
  viewAsOf(): number {
    return Math.max(this.follower?.currentAsOf() ?? Number.NEGATIVE_INFINITY, this.restored.asOf);
  }

  /** Closed batches analytics is not known to hold. */
  get outstandingBatches(): number {
    return this.shipper?.outstanding ?? 0;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.shipper?.stop(SHIP_LIMIT_MS);
    await this.announcer.stop();
    await this.follower?.stop();
    await this.options.snapshots.stop(this.view());
    await this.nats?.close(); // where it never stood, the process ends without it
  }

  private async connect(): Promise<void> {
    const { natsUrl, gatewayId, logger, spool, issuer } = this.options;
    const nats = await connectNats({ url: natsUrl, name: gatewayId, logger });
    if (this.stopped) return nats.close();
    this.nats = nats;
    this.sendApplied(ORIGIN); // the first sign of life, so that receipts count us from now on
    onSignal(nats, RevocationCommitted, ({ tokenId, position, at }) =>
      this.options.changes.add(tokenId, { kind: 'revoked', position, atMs: Date.parse(at) }),
    );
    const from = await this.startingPosition();
    if (this.stopped) return;
    this.follower = new FeedFollower({
      nats,
      feed: async (after, limit) => feedPageOf(await issuer.feed(after, limit)),
      read: feedEventOf,
      from,
      apply: (events) => {
        const changed = applyTokenEvents(this.options.changes, events);
        this.place = placeOf(events.at(-1)!);
        if (this.options.published.apply(events)) this.options.onApisChanged();
        if (events.some(isKeyEvent)) this.options.onKeysChanged();
        if (changed) this.sendApplied(events.at(-1)!.position);
      },
      logger,
    });
    this.follower.start();
    this.sendApplied(this.follower.position);
    this.timer = setInterval(() => this.sendApplied(this.follower?.position ?? ORIGIN), APPLIED_EVERY_MS);
    this.shipper = new Shipper({ nats, spool, logger, restoreStreams: () => applyStreams(nats) });
    this.shipper.start();
    this.announcer.start(nats);
  }

  private view(): ViewState {
    return { place: this.place, asOf: this.viewAsOf() };
  }

  /** The snapshot's place, where it can be gone on from; else the beginning, because revocations of JWTs are only in the events. */
  private async startingPosition(): Promise<string> {
    const { issuer, changes, published, logger, onApisChanged } = this.options;
    const { place } = this;
    if (!place) return ORIGIN;
    if (await isStillThere(place, issuer, () => this.stopped)) return place.position;
    if (this.stopped) return ORIGIN;
    logger.error(
      { position: place.position },
      'the issuer’s events are not those of the snapshot; it is dropped',
    );
    changes.clear();
    published.clear();
    onApisChanged();
    this.place = undefined;
    this.restored = { place: undefined, asOf: Number.NEGATIVE_INFINITY };
    return ORIGIN;
  }

  private sendApplied(position: string): void {
    const { gatewayId } = this.options;
    if (this.nats) sendSignal(this.nats, GatewayApplied, gatewayId, { gateway: gatewayId, position });
  }
}

const placeOf = ({ id, position, preceding }: FeedEvent): FeedPlace => ({ id, position, preceding });
