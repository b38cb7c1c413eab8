/** Where somebody is, and with what. */
const ADDRESSES = ['clientAddress', 'ipAddress', 'address', 'ip', 'country'];
const DEVICES = ['userAgent', 'device', 'referrer'];
/** Who somebody is, beyond an id that means nothing elsewhere. */
const PERSONS = ['email', 'phone', 'displayName', 'givenName', 'familyName', 'username'];

/** Members of an event's data, at any depth, that only a reader with `audit:personal` sees. */
const PERSONAL = new Set([...ADDRESSES, ...DEVICES, ...PERSONS, 'personal']);

/** Whether the member of this name is about a person. */
export const isPersonal = (name: string): boolean => PERSONAL.has(name);
