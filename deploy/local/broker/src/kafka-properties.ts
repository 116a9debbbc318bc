/** A way into the broker beside its own: clients that come in at `port` are told to come back at `advertisedPort`. */
export interface KafkaListener {
  /** Upper-case letters, digits and underscores. */
  readonly name: string;
  readonly port: number;
  readonly advertisedPort: number;
  /** Default PLAINTEXT. Keystore and mechanisms are the broker's settings `listener.name.<name>...`. */
  readonly protocol?: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
}

/** The whole configuration of a broker and its controller in one process, as a Java properties file. */
export function kafkaProperties(
  dataDir: string,
  port: number,
  controllerPort: number,
  more: Readonly<Record<string, string | number | boolean>> = {},
  beside: readonly KafkaListener[] = [],
): string {
  const listeners: KafkaListener[] = [{ name: 'PLAINTEXT', port, advertisedPort: port }, ...beside];
  const at = (one: string, its: number) => `${one}://127.0.0.1:${its}`;
  const settings: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: [...listeners.map((one) => at(one.name, one.port)), at('CONTROLLER', controllerPort)].join(),
    'advertised.listeners': listeners.map((one) => at(one.name, one.advertisedPort)).join(),
    'listener.security.protocol.map': [...listeners, { name: 'CONTROLLER', protocol: undefined }]
      .map(({ name, protocol = 'PLAINTEXT' }) => `${name}:${protocol}`)
      .join(),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': dataDir,
    'auto.create.topics.enable': false,
    // One broker: every internal topic has one replica.
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    // The default takes 128 MiB at start.
    'log.cleaner.dedupe.buffer.size': 2_097_152,
    'num.network.threads': 2,
    'num.io.threads': 4,
    // After a crash the broker may come back only once its old registration has expired (default 9 s).
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    ...more,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
