import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, type RunningNats, startNats } from '@gatehouse/testing';
import { EventStream } from '../test/event-stream.js';
import { issued, revoked } from '../test/sample-events.js';
import { GatehouseUnreachable } from './gatehouse-unreachable.js';
import { type ReceivedEvent, subscribe, type SubscribeOptions } from './subscribe.js';

let nats: RunningNats;
let stream: EventStream;
beforeEach(async () => {
  nats = await startNats();
  stream = await EventStream.at(nats.url);
});
afterEach(async () => {
  await stream.close();
  await nats.stop();
});

/** A subscription under way, collecting what it receives. */
class Subscriber {
  readonly received: ReceivedEvent[] = [];
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;

  constructor(options: Partial<SubscribeOptions>, acknowledges = true) {
    this.#ended = this.#read({ natsUrl: nats.url, signal: this.#abort.signal, ...options }, acknowledges);
  }

  async #read(options: SubscribeOptions, acknowledges: boolean): Promise<void> {
    for await (const event of subscribe(options)) {
      this.received.push(event);
      if (acknowledges) event.ack();
    }
  }

  get positions(): (string | undefined)[] {
    return this.received.map((event) => event.position);
  }

  /** The positions received, once there are so many. */
  async afterReceiving(count: number): Promise<(string | undefined)[]> {
    return eventually(() => {
      if (this.received.length < count) throw new Error(`only ${this.positions.join(', ')} came`);
      return this.positions;
    });
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }
}

async function consumersAre(count: number): Promise<void> {
  await eventually(async () => {
    if ((await stream.consumerCount()) !== count) throw new Error(`there are not ${count} consumers`);
  });
}

const first = (options: Partial<SubscribeOptions>) => subscribe({ natsUrl: nats.url, ...options }).next();

describe('subscribe', () => {
  it('reads from the beginning on and ends when told to', async () => {
    await stream.publish(issued(1), revoked(2));
    const subscriber = new Subscriber({ from: 'beginning' });
    expect(await subscriber.afterReceiving(2)).toEqual(['7.1', '7.2']);
    await stream.publish(revoked(3));
    expect(await subscriber.afterReceiving(3)).toEqual(['7.1', '7.2', '7.3']);
    await subscriber.stop();
  });

  it('starts with news by default', async () => {
    await stream.publish(issued(1));
    const subscriber = new Subscriber({});
    await consumersAre(1);
    await stream.publish(revoked(2));
    expect(await subscriber.afterReceiving(1)).toEqual(['7.2']);
    await subscriber.stop();
  });

  it('starts after a position', async () => {
    await stream.publish(issued(1), issued(2), issued(3));
    const subscriber = new Subscriber({ from: '7.2' });
    expect(await subscriber.afterReceiving(1)).toEqual(['7.3']);
    await subscriber.stop();
  });

  it('passes only the types and the tenant asked for', async () => {
    await stream.publish(issued(1, 'acme'), revoked(2, 'acme'), revoked(3, 'other'), revoked(4, 'acme'));
    const one = new Subscriber({ from: 'beginning', types: ['TokenRevoked'], tenant: 'acme' });
    const two = new Subscriber({
      from: 'beginning',
      types: ['TokenRevoked', 'TokenIssued'],
      tenant: 'other',
    });
    expect(await one.afterReceiving(2)).toEqual(['7.2', '7.4']);
    expect(await two.afterReceiving(1)).toEqual(['7.3']);
    await one.stop();
    await two.stop();
  });

  it('goes on after a server restart, without loss or repetition', async () => {
    const subscriber = new Subscriber({ from: 'beginning' });
    await stream.publish(issued(1));
    expect(await subscriber.afterReceiving(1)).toEqual(['7.1']);
    await nats.kill();
    await nats.restart();
    await eventually(() => stream.publish(issued(2)));
    expect(await subscriber.afterReceiving(2)).toEqual(['7.1', '7.2']);
    await subscriber.stop();
  });

  it('goes on after the stream was lost and made anew', async () => {
    const subscriber = new Subscriber({ from: 'beginning', types: ['TokenIssued'] });
    await stream.publish(issued(1), issued(2));
    expect(await subscriber.afterReceiving(2)).toEqual(['7.1', '7.2']);
    await stream.delete();
    await stream.create();
    await stream.publish(issued(3));
    expect(await subscriber.afterReceiving(3)).toEqual(['7.1', '7.2', '7.3']);
    await subscriber.stop();
  });

  it('gives a durable subscriber what it has not acknowledged', async () => {
    await stream.publish(issued(1), issued(2));
    const first = new Subscriber({ from: 'beginning', durable: 'crm' });
    expect(await first.afterReceiving(2)).toEqual(['7.1', '7.2']);
    await first.stop();
    await stream.publish(issued(3));
    const second = new Subscriber({ from: 'beginning', durable: 'crm' });
    expect(await second.afterReceiving(1)).toEqual(['7.3']);
    await second.stop();
  });

  it('keeps a durable subscriber’s place across a server restart', async () => {
    const subscriber = new Subscriber({ from: 'beginning', durable: 'crm' });
    await stream.publish(issued(1));
    expect(await subscriber.afterReceiving(1)).toEqual(['7.1']);
    await nats.restart();
    await eventually(() => stream.publish(issued(2)));
    expect(await subscriber.afterReceiving(2)).toEqual(['7.1', '7.2']);
    await subscriber.stop();
  });

  it('passes over what is no event, says so, and goes on', async () => {
    const skipped: string[] = [];
    await stream.publishRaw('tokens.revoked.default', 'not json');
    await stream.publishRaw('tokens.revoked.default', '{"type":"token.renamed.v9"}');
    await stream.publish(revoked(1));
    const subscriber = new Subscriber({
      from: 'beginning',
      durable: 'crm',
      onSkipped: (reason) => skipped.push(reason.message),
    });
    expect(await subscriber.afterReceiving(1)).toEqual(['7.1']);
    expect(skipped).toEqual(['not JSON', 'unknown event type "token.renamed.v9"']);
    await subscriber.stop();
  });

  it('says what is wrong at once: nobody there, no such event, no such place', async () => {
    const nobody = first({ natsUrl: 'nats://user:hunter2@127.0.0.1:1' });
    await expect(nobody).rejects.toThrow(GatehouseUnreachable);
    await expect(nobody).rejects.not.toThrow('hunter2');
    await expect(first({ types: ['RequestLogged'] })).rejects.toThrow('query usage');
    await expect(first({ from: 'yesterday' })).rejects.toThrow('position');
    await stream.delete();
    await expect(first({})).rejects.toThrow('stream not found');
  });
});

describe('subscribe with credentials', () => {
  it('uses the user information of the URL', async () => {
    const guarded = await startNats({
      config: 'jetstream { max_file_store: 1GB }\nauthorization { user: ann, password: "p@ss" }\n',
    });
    const url = guarded.url.replace('nats://', 'nats://ann:p%40ss@');
    const answer = subscribe({ natsUrl: url }).next();
    await expect(answer).rejects.toThrow('stream not found');
    await guarded.stop();
  });
});
