package tercet.peer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What is known of an open item: its times, its parts, and which of them are there. At most 64 parts. */
final class ItemState {
  static final byte[] DECIDED = {1};
  private static final int FIXED_BYTES = 4 * Long.BYTES;

  final long deadlineMs;
  private final long openedAtMs;
  private final String[] partIds;
  private long lastAtMs;
  private long received;

  ItemState(long deadlineMs, long openedAtMs, List<String> partIds) {
    this(deadlineMs, openedAtMs, openedAtMs, 0, partIds.toArray(new String[0]));
  }

  private ItemState(long deadlineMs, long openedAtMs, long lastAtMs, long received, String[] partIds) {
    this.deadlineMs = deadlineMs;
    this.openedAtMs = openedAtMs;
    this.lastAtMs = lastAtMs;
    this.received = received;
    this.partIds = partIds;
  }

  static boolean isDecided(byte[] stored) {
    return stored.length == DECIDED.length;
  }

  static ItemState decode(byte[] stored) {
    ByteBuffer in = ByteBuffer.wrap(stored);
    long deadlineMs = in.getLong();
    long openedAtMs = in.getLong();
    long lastAtMs = in.getLong();
    long received = in.getLong();
    String ids = new String(stored, FIXED_BYTES, stored.length - FIXED_BYTES, StandardCharsets.UTF_8);
    return new ItemState(deadlineMs, openedAtMs, lastAtMs, received, ids.split("\n"));
  }

  byte[] encode() {
    byte[] ids = String.join("\n", partIds).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(FIXED_BYTES + ids.length)
        .putLong(deadlineMs)
        .putLong(openedAtMs)
        .putLong(lastAtMs)
        .putLong(received)
        .put(ids)
        .array();
  }

  /** Whether the part is expected and had not come before. */
  boolean receive(String partId, long atMs) {
    for (int index = 0; index < partIds.length; index += 1) {
      if (!partIds[index].equals(partId) || (received & (1L << index)) != 0) continue;
      received |= 1L << index;
      lastAtMs = atMs;
      return true;
    }
    return false;
  }

  boolean isComplete() {
    return Long.bitCount(received) == partIds.length;
  }

  List<String> received() {
    List<String> found = new ArrayList<>(partIds.length);
    for (int index = 0; index < partIds.length; index += 1)
      if ((received & (1L << index)) != 0) found.add(partIds[index]);
    return found;
  }

  String timings(long decidedAtMs) {
    return "{\"openedAtMs\":" + openedAtMs + ",\"lastPartAtMs\":" + lastAtMs + ",\"deadlineMs\":" + deadlineMs
        + ",\"decidedAtMs\":" + decidedAtMs + "}";
  }
}
