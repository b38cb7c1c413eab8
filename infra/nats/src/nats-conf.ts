import type { NatsUser, Permissions } from './users.js';
import { NATS_USERS, PERMISSIONS } from './users.js';

/** What a server's configuration is made from. */
export interface NatsConfOptions {
  /** One per user; letters, digits, `-` and `_`. */
  passwords: Readonly<Record<NatsUser, string>>;
  /** Most that JetStream may keep on disk; at least the sum of the streams' limits. Default 8 GiB. */
  maxFileStoreBytes?: number;
}

const MAX_PAYLOAD_BYTES = 1024 * 1024;

/**
 * The text of a nats.conf for one server on the loopback address: one user per service with only its subjects.
 * Address, port and storage directory are given on the command line. The text holds passwords: keep it at mode 0600.
 * @throws RangeError when a password has a character that the format could read as something else.
 */
export function natsConf({ passwords, maxFileStoreBytes = 8 * 1024 ** 3 }: NatsConfOptions): string {
  const users = NATS_USERS.map((user) => userBlock(user, passwords[user]));
  return `max_payload: ${MAX_PAYLOAD_BYTES}
jetstream { max_file_store: ${maxFileStoreBytes} }
authorization {
  timeout: 5
  users: [
${users.join('\n')}
  ]
}
no_auth_user: subscriber
`;
}

function userBlock(user: NatsUser, password: string): string {
  if (!/^[\w-]+$/.test(password))
    throw new RangeError(`the NATS password of ${user} has a character outside [\\w-]`);
  const { publish, subscribe } = PERMISSIONS[user];
  return `    { user: ${user}, password: "${password}", permissions: {
        publish: ${subjectsBlock(publish)}
        subscribe: ${subjectsBlock(subscribe)} } }`;
}

/** JSON's strings and lists are valid in nats.conf; `$JS` stays literal inside quotes. */
function subjectsBlock({ allow, deny = [] }: Permissions['publish']): string {
  return `{ allow: ${JSON.stringify(allow)}, deny: ${JSON.stringify(deny)} }`;
}
