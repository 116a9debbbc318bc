import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Puts one text item on a deployment's topic {@code items}, as JSON. With kafka-clients and slf4j on the class path:
 *
 * <pre>java -cp 'JARS/*' Produce.java localhost:9092 items acme post-17 "Fresh bread every morning"</pre>
 */
public final class Produce {
  public static void main(String[] args) throws Exception {
    if (args.length != 5) {
      System.err.println("usage: Produce BROKERS TOPIC TENANT ITEM_ID TEXT");
      System.exit(2);
    }
    String tenant = args[2];
    String itemId = args[3];
    String item =
        """
        {"tenant": %s, "item_id": %s, "version": 1,
         "parts": [{"part_id": "body", "modality": "text", "text": %s}]}
        """
            .formatted(quote(tenant), quote(itemId), quote(args[4]));

    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    // What is not acknowledged by every in-sync replica was not said.
    settings.put("acks", "all");
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      var record = new ProducerRecord<>(args[1], tenant + "/" + itemId, item);
      record.headers().add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));
      var place = producer.send(record).get(30, TimeUnit.SECONDS);
      System.out.printf("%s/%d/%d%n", place.topic(), place.partition(), place.offset());
    }
  }

  /** A JSON string; every character that JSON wants escaped, and all beyond ASCII, as an escape. */
  private static String quote(String text) {
    var quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\' || c < ' ' || c > '~') quoted.append("\\u%04x".formatted((int) c));
      else quoted.append(c);
    }
    return quoted.append('"').toString();
  }
}
