import { IpList } from './ip-list.js';

/** Which addresses a gateway takes requests from at all, on whatever route. */
export class AddressRules {
  private readonly allowed: IpList | undefined;
  private readonly denied: IpList | undefined;

  /** @param lists absent: all are allowed, none is denied. What is on both is denied. */
  constructor({
    ipAllow,
    ipDeny,
  }: { ipAllow?: readonly string[] | undefined; ipDeny?: readonly string[] | undefined }) {
    this.allowed = ipAllow && new IpList(ipAllow);
    this.denied = ipDeny && new IpList(ipDeny);
  }

  admit(address: string): boolean {
    return this.denied?.has(address) !== true && this.allowed?.has(address) !== false;
  }
}

/** As a decision names them. */
export const ADDRESS_STEP = 'address';
