package tercet.peer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** As much of proto/tercet/v1/join.proto as a join needs, read by hand. */
final class JoinRecord {
  String itemKey = "";
  /** Of an opening; null otherwise. */
  List<String> partIds;

  long windowMs;
  /** Of an outcome; null otherwise. */
  String partId;

  /** Of an embedding: the first vector's elements. */
  float[] vector = {};

  static JoinRecord decode(byte[] bytes) {
    JoinRecord record = new JoinRecord();
    Fields fields = new Fields(bytes, 0, bytes.length);
    while (fields.next()) {
      switch (fields.number) {
        case 1 -> record.itemKey = fields.text();
        case 10 -> record.readOpening(fields.message());
        case 11 -> record.readEmbedded(fields.message());
        case 12, 13 -> record.partId = firstText(fields.message());
        default -> {}
      }
    }
    return record;
  }

  private void readOpening(Fields opening) {
    partIds = new ArrayList<>();
    while (opening.next()) {
      if (opening.number == 1) partIds.add(firstText(opening.message()));
      if (opening.number == 5) windowMs = opening.varint;
    }
  }

  private void readEmbedded(Fields embedded) {
    while (embedded.next()) {
      if (embedded.number == 1) partId = embedded.text();
      if (embedded.number == 4) readEmbedding(embedded.message());
    }
  }

  private void readEmbedding(Fields embedding) {
    while (embedding.next()) {
      if (embedding.number != 4 || vector.length > 0) continue;
      Fields first = embedding.message();
      while (first.next()) if (first.number == 1) vector = first.floats();
    }
  }

  private static String firstText(Fields message) {
    String found = "";
    while (message.next()) if (message.number == 1) found = message.text();
    return found;
  }

  /** Walks the fields of one message in the protobuf wire format. */
  private static final class Fields {
    private final byte[] bytes;
    private final int end;
    private int at;
    private int start;
    private int length;
    int number;
    long varint;

    Fields(byte[] bytes, int from, int end) {
      this.bytes = bytes;
      this.at = from;
      this.end = end;
    }

    boolean next() {
      if (at >= end) return false;
      long tag = readVarint();
      number = (int) (tag >>> 3);
      switch ((int) (tag & 7)) {
        case 0 -> varint = readVarint();
        case 1 -> at += 8;
        case 2 -> {
          length = (int) readVarint();
          start = at;
          at += length;
        }
        case 5 -> at += 4;
        default -> throw new IllegalArgumentException("wire type of field " + number);
      }
      return true;
    }

    String text() {
      return new String(bytes, start, length, StandardCharsets.UTF_8);
    }

    Fields message() {
      return new Fields(bytes, start, start + length);
    }

    float[] floats() {
      float[] out = new float[length / Float.BYTES];
      ByteBuffer.wrap(bytes, start, length).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(out);
      return out;
    }

    private long readVarint() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = bytes[at++];
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) return value;
      }
    }
  }
}
