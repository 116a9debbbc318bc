import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { InvalidInputError } from './errors.js';

/** What the fetcher may reach. */
export interface AddressRules {
  /** Host names of `https://` addresses and buckets of `s3://` ones; compared whole, without case. */
  readonly allow: readonly string[];
  /** Lets an allowed name resolve to a private network; for tests and for stores inside a cluster. */
  readonly allowPrivateNetworks: boolean;
}

const BLOCKED = blockList();

function blockList(): BlockList {
  const list = new BlockList();
  // IANA special-purpose registries: what is not globally reachable, and multicast.
  const v4: [string, number][] = [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ];
  const v6: [string, number][] = [
    ['::', 128],
    ['::1', 128],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    ['100::', 64],
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['fc00::', 7],
    ['fe80::', 10],
    ['ff00::', 8],
  ];
  for (const [network, prefix] of v4) list.addSubnet(network, prefix, 'ipv4');
  for (const [network, prefix] of v6) list.addSubnet(network, prefix, 'ipv6');
  return list;
}

/** Whether an IP address lies in a network that the public Internet does not reach. IPv4 mapped into IPv6 counts as IPv4. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  return BLOCKED.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Checks an address before anything is sent.
 * @throws InvalidInputError `bad_uri` where it is malformed or of another scheme, `uri_not_allowed` where the list does
 * not name its host, or the host is a private IP address.
 */
export function checkAddress(uri: string, rules: AddressRules): URL {
  if (!URL.canParse(uri)) throw new InvalidInputError('bad_uri', 'malformed address');
  const url = new URL(uri);
  if (url.protocol !== 'https:' && url.protocol !== 's3:') {
    throw new InvalidInputError('bad_uri', 'the scheme is neither https nor s3');
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidInputError('bad_uri', 'the address holds credentials');
  }
  const host = url.hostname.toLowerCase();
  if (host === '') throw new InvalidInputError('bad_uri', 'the address has no host');
  if (!rules.allow.some((name) => name.toLowerCase() === host)) {
    throw new InvalidInputError('uri_not_allowed', 'the host is not on the allow-list');
  }
  const literal = host.replace(/^\[|\]$/g, '');
  if (!rules.allowPrivateNetworks && isIP(literal) !== 0 && isPrivateAddress(literal)) {
    throw new InvalidInputError('uri_not_allowed', 'the host is a private address');
  }
  return url;
}

/**
 * Resolves names for a connection and refuses a name of which ANY answer is private. The connection goes to the
 * answers that were checked, so a name that changes between check and use gains nothing.
 */
export function guardedLookup(rules: AddressRules): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const first = addresses[0];
      if (!first || (!rules.allowPrivateNetworks && addresses.some((one) => isPrivateAddress(one.address)))) {
        const refused = new InvalidInputError('uri_not_allowed', 'the name resolves to a private network');
        return callback(refused, '', 0);
      }
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}
