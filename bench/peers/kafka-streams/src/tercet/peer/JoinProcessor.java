package tercet.peer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Collects the parts of each item; decides when all are there, or at the deadline by the wall clock. */
final class JoinProcessor implements Processor<String, byte[], String, byte[]> {
  private static final Duration TICK = Duration.ofMillis(50);

  private final int decisionBytes;
  private ProcessorContext<String, byte[]> context;
  private KeyValueStore<String, byte[]> items;
  private KeyValueStore<String, byte[]> parts;
  /** Open items by deadline; rebuilt from the store, so that it needs no change log of its own. */
  private final TreeMap<Long, List<String>> deadlines = new TreeMap<>();

  JoinProcessor(int decisionBytes) {
    this.decisionBytes = decisionBytes;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    items = context.getStateStore(JoinPeer.ITEMS);
    parts = context.getStateStore(JoinPeer.PARTS);
    try (KeyValueIterator<String, byte[]> all = items.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        if (!ItemState.isDecided(entry.value)) await(entry.key, ItemState.decode(entry.value).deadlineMs);
      }
    }
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::decideOverdue);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    JoinRecord read = JoinRecord.decode(record.value());
    byte[] stored = items.get(read.itemKey);
    if (read.partIds != null) {
      if (stored != null) return;
      ItemState state = new ItemState(record.timestamp() + read.windowMs, record.timestamp(), read.partIds);
      await(read.itemKey, state.deadlineMs);
      items.put(read.itemKey, state.encode());
    } else if (read.partId != null && stored != null && !ItemState.isDecided(stored)) {
      ItemState state = ItemState.decode(stored);
      if (!state.receive(read.partId, record.timestamp())) return;
      parts.put(partKey(read.itemKey, read.partId), record.value());
      if (state.isComplete()) decide(read.itemKey, state);
      else items.put(read.itemKey, state.encode());
    }
  }

  private void await(String itemKey, long deadlineMs) {
    deadlines.computeIfAbsent(deadlineMs, at -> new ArrayList<>(2)).add(itemKey);
  }

  private void decideOverdue(long nowMs) {
    while (!deadlines.isEmpty() && deadlines.firstKey() <= nowMs) {
      for (String itemKey : deadlines.pollFirstEntry().getValue()) {
        byte[] stored = items.get(itemKey);
        if (stored != null && !ItemState.isDecided(stored)) decide(itemKey, ItemState.decode(stored));
      }
    }
  }

  private void decide(String itemKey, ItemState state) {
    Decision decision = new Decision(itemKey, state.isComplete());
    for (String partId : state.received()) {
      String key = partKey(itemKey, partId);
      byte[] stored = parts.delete(key);
      if (stored != null) decision.weigh(JoinRecord.decode(stored).vector);
    }
    items.put(itemKey, ItemState.DECIDED);
    List<String> waiting = deadlines.get(state.deadlineMs);
    if (waiting != null && waiting.remove(itemKey) && waiting.isEmpty()) deadlines.remove(state.deadlineMs);
    long nowMs = System.currentTimeMillis();
    RecordHeaders headers = new RecordHeaders();
    headers.add("tercet-timings", state.timings(nowMs).getBytes(StandardCharsets.UTF_8));
    context.forward(new Record<>(itemKey, decision.encode(decisionBytes), nowMs, headers));
  }

  private static String partKey(String itemKey, String partId) {
    return itemKey + '\n' + partId;
  }
}
