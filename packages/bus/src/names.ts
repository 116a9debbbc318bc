import { topicName } from '@tercet/contracts';

/** Names within a deployment: everything that Kafka keeps by name carries the deployment's prefix. */
export interface Names {
  readonly full: (name: string) => string;
  /** A topic without the prefix. */
  readonly short: (fullName: string) => string;
}

export function deploymentNames(prefix: string): Names {
  return {
    full: (name) => topicName(prefix, name),
    short: (fullName) => (fullName.startsWith(prefix) ? fullName.slice(prefix.length) : fullName),
  };
}
