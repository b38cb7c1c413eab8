import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { IpList } from '../../request/ip-list.js';
import type { UpstreamNetworksSpec } from './networks-spec.js';

/** Nobody's API is there, but cloud metadata services are: credentials for whoever asks. */
const NEVER_MEANT = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '::/128',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::254/128',
  '64:ff9b::a9fe:0/112', // 169.254.0.0/16 through NAT64
];

/** A name or URL leads where no upstream may be. */
export class AddressNotAllowed extends Error {
  readonly code = 'EACCES';

  constructor(host: string) {
    super(`${host} is not among the addresses that upstreams may have`);
  }
}

/** Which addresses upstreams may have. What a name stands for can change, so it is asked at every connection. */
export class UpstreamNetworks {
  private readonly allowed: IpList | undefined;
  private readonly refused = new IpList(NEVER_MEANT);

  /**
   * @param spec absent: all that are ever meant.
   * @param within those that hold as well.
   */
  constructor(
    private readonly spec?: UpstreamNetworksSpec,
    private readonly within?: UpstreamNetworks,
  ) {
    this.allowed = spec && new IpList(spec);
  }

  /** The same for the same rules. */
  get fingerprint(): string {
    const own = this.spec?.join(' ') ?? '';
    return this.within ? `${own} within ${this.within.fingerprint}` : own;
  }

  allows(address: string): boolean {
    const isOwn = this.allowed ? this.allowed.has(address) : !this.refused.has(address);
    return isOwn && (this.within?.allows(address) ?? true);
  }

  /** False for a URL whose host is an address that is not allowed; of names, each connection finds out. */
  allowsUrl(url: string): boolean {
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    return isIP(host) === 0 || this.allows(host);
  }

  /** In the place of `dns.lookup`: knows only the addresses that are allowed. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses: LookupAddress[] = found.filter(({ address }) => this.allows(address));
      const [first] = addresses;
      if (!first) return callback(new AddressNotAllowed(host), []);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
