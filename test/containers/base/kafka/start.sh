#!/bin/bash
# KAFKA_LOG_CLEANER_X becomes log.cleaner.x, as in the image of Apache Kafka; then one node is formatted and started.
set -eu
properties=/tmp/server.properties
{
  [ -n "${KAFKA_LOG_DIRS:-}" ] || echo "log.dirs=/var/lib/kafka/data"
  env | grep '^KAFKA_' | grep -v '^KAFKA_HEAP_OPTS=' | while IFS='=' read -r name value; do
    echo "$(tr 'A-Z_' 'a-z.' <<< "${name#KAFKA_}")=$value"
  done
} > "$properties"
flags="${KAFKA_HEAP_OPTS:--Xms128m -Xmx512m} -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
flags="$flags -Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info"
id=$(head -c 15 /dev/urandom | base64 | tr '+/' '-_')
java $flags -cp '/opt/kafka/libs/*' kafka.tools.StorageTool format --ignore-formatted -c "$properties" -t "T${id}A"
exec java $flags -cp '/opt/kafka/libs/*' kafka.Kafka "$properties"
