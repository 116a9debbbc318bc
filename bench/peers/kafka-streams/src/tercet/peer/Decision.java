package tercet.peer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A decision of the same size as Tercet's: the item, its cause, and the worst probability of each category. */
final class Decision {
  private static final int CATEGORIES = 13;
  private static final int DIMENSION = 384;
  private static final float[][] HEADS = heads();

  private final String itemKey;
  private final boolean complete;
  private final float[] worst = new float[CATEGORIES];

  Decision(String itemKey, boolean complete) {
    this.itemKey = itemKey;
    this.complete = complete;
  }

  void weigh(float[] vector) {
    for (int category = 0; category < CATEGORIES; category += 1) {
      float sum = 0;
      float[] head = HEADS[category];
      for (int index = 0; index < vector.length && index < DIMENSION; index += 1) sum += head[index] * vector[index];
      worst[category] = Math.max(worst[category], (float) (1 / (1 + Math.exp(-sum))));
    }
  }

  byte[] encode(int bytes) {
    byte[] key = itemKey.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(Math.max(bytes, key.length + 1 + CATEGORIES * Float.BYTES));
    out.put(key).put((byte) (complete ? 1 : 0));
    for (float one : worst) out.putFloat(one);
    return out.array();
  }

  private static float[][] heads() {
    Random random = new Random(1);
    float[][] heads = new float[CATEGORIES][DIMENSION];
    for (float[] head : heads) for (int index = 0; index < DIMENSION; index += 1) head[index] = random.nextFloat() - 0.5f;
    return heads;
  }
}
