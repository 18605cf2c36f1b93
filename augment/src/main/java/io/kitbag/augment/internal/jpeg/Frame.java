package io.kitbag.augment.internal.jpeg;

/**
 * What the segments of a JPEG say so far. Kept by a decoder from image to image.
 *
 * <p>Segments are those of ITU-T T.81, annex B; the colour space is told as libjpeg tells it.
 */
final class Frame {
  private static final int MAX_COMPONENTS = 3;
  private static final int MAX_BLOCKS_PER_MCU = 10;

  final int[][] steps = new int[4][64];
  final boolean[] stepsDefined = new boolean[4];
  final HuffmanTable[] dcTables = new HuffmanTable[4];
  final HuffmanTable[] acTables = new HuffmanTable[4];
  final Component[] components = {new Component(), new Component(), new Component()};
  final SeekPoints points = new SeekPoints();

  int width;
  int height;
  int componentCount;
  int mostAcross;
  int mostDown;
  boolean progressive;
  int restartInterval;

  private final HuffmanCache cache = new HuffmanCache();
  private boolean jfif;
  private int adobeTransform;

  void clear() {
    java.util.Arrays.fill(stepsDefined, false);
    java.util.Arrays.fill(dcTables, null);
    java.util.Arrays.fill(acTables, null);
    componentCount = 0;
    restartInterval = 0;
    points.clear();
    jfif = false;
    adobeTransform = -1;
  }

  /** Returns how many MCUs a row has in a scan of all components. */
  int mcuColumns() {
    return componentCount == 1
        ? components[0].blocksAcross
        : Component.ceilDivide(width, 8L * mostAcross);
  }

  /** Returns how many rows of MCUs there are in a scan of all components. */
  int mcuRows() {
    return componentCount == 1
        ? components[0].blocksDown
        : Component.ceilDivide(height, 8L * mostDown);
  }

  /** Whether the components are red, green and blue rather than luma and two of chroma. */
  boolean isRgb() {
    if (componentCount != 3 || jfif) {
      return false;
    }
    if (adobeTransform >= 0) {
      return adobeTransform == 0;
    }
    return components[0].id == 'R' && components[1].id == 'G' && components[2].id == 'B';
  }

  /** Reads DQT. */
  void quantisation(byte[] data, int from, int to) throws JpegDamage {
    int at = from;
    while (at < to) {
      int spec = data[at++] & 0xff;
      int wide = spec >> 4;
      int index = spec & 15;
      if (wide > 1 || index > 3 || at + (64 << wide) > to) {
        throw new JpegDamage("it has a broken quantisation table");
      }
      int[] table = steps[index];
      for (int k = 0; k < 64; k++) {
        table[k] = wide == 0 ? data[at] & 0xff : shortAt(data, at);
        at += 1 + wide;
      }
      stepsDefined[index] = true;
    }
  }

  /** Reads DHT. */
  void huffman(byte[] data, int from, int to) throws JpegDamage {
    int at = from;
    while (at < to) {
      int spec = data[at++] & 0xff;
      int index = spec & 15;
      int end = at + 16;
      for (int i = 0; i < 16 && end <= to; i++) {
        end += data[at + i] & 0xff;
      }
      if (spec >> 4 > 1 || index > 3 || end > to || end - at > 16 + 256) {
        throw new JpegDamage("it has a broken Huffman table");
      }
      boolean dc = spec >> 4 == 0;
      (dc ? dcTables : acTables)[index] = cache.get(this, data, at, end, dc);
      at = end;
    }
  }

  boolean holds(HuffmanTable table) {
    for (int i = 0; i < dcTables.length; i++) {
      if (dcTables[i] == table || acTables[i] == table) {
        return true;
      }
    }
    return false;
  }

  /** Reads DRI. */
  void restartInterval(byte[] data, int from, int to) throws JpegDamage {
    if (to - from != 2) {
      throw new JpegDamage("its restart interval is broken");
    }
    restartInterval = shortAt(data, from);
  }

  /** Looks for what APP0 and APP14 say about colours, and for seek points. */
  void application(int marker, byte[] data, int from, int to) {
    if (marker == 0xe0 && to - from >= 14 && startsWith(data, from, "JFIF\0")) {
      jfif = true;
    } else if (marker == 0xee && to - from >= 12 && startsWith(data, from, "Adobe")) {
      adobeTransform = data[from + 11] & 0xff;
    } else if (marker == SeekPoints.MARKER) {
      points.found(data, from, to);
    }
  }

  /**
   * Reads SOF0, SOF1 or SOF2.
   *
   * @return false if the frame is sound as far as it was looked at, but of an unsupported kind
   */
  boolean start(int marker, byte[] data, int from, int to, long maxPixels) throws JpegDamage {
    if (componentCount != 0) {
      throw new JpegDamage("it has two frames");
    }
    if (to - from < 6) {
      throw new JpegDamage("its frame header is broken");
    }
    int precision = data[from] & 0xff;
    height = shortAt(data, from + 1);
    width = shortAt(data, from + 3);
    int count = data[from + 5] & 0xff;
    if (width == 0 || height == 0 || count == 0 || to - from != 6 + 3 * count) {
      throw new JpegDamage("its frame header is broken");
    }
    if ((long) width * height > maxPixels) {
      throw new JpegDamage(
          String.format("%dx%d pixels exceed the limit of %d", width, height, maxPixels));
    }
    if (precision != 8 || count == 2 || count > MAX_COMPONENTS) {
      return false;
    }
    progressive = marker == 0xc2;
    mostAcross = 1;
    mostDown = 1;
    for (int i = 0, at = from + 6; i < count; i++, at += 3) {
      Component component = components[i];
      component.id = data[at] & 0xff;
      component.across = (data[at + 1] & 0xff) >> 4;
      component.down = data[at + 1] & 15;
      component.stepsIndex = data[at + 2] & 0xff;
      if (component.across < 1
          || component.across > 4
          || component.down < 1
          || component.down > 4
          || component.stepsIndex > 3) {
        throw new JpegDamage("its frame header has an impossible component");
      }
      for (int j = 0; j < i; j++) {
        if (components[j].id == component.id) {
          throw new JpegDamage("two of its components have the id " + component.id);
        }
      }
      mostAcross = Math.max(mostAcross, component.across);
      mostDown = Math.max(mostDown, component.down);
    }
    componentCount = count;
    for (int i = 0; i < count; i++) {
      components[i].layOut(width, height, mostAcross, mostDown);
    }
    return true;
  }

  /**
   * Reads SOS.
   *
   * @param scan receives what is in it
   */
  void scan(byte[] data, int from, int to, Scan scan) throws JpegDamage {
    int count = to > from ? data[from] & 0xff : 0;
    if (componentCount == 0 || count < 1 || count > componentCount || to - from != 4 + 2 * count) {
      throw new JpegDamage("it has a broken scan header");
    }
    scan.first = data[to - 3] & 0xff;
    scan.last = data[to - 2] & 0xff;
    scan.high = (data[to - 1] & 0xff) >> 4;
    scan.low = data[to - 1] & 15;
    scan.count = count;
    int blocks = 0;
    for (int i = 0, at = from + 1; i < count; i++, at += 2) {
      Component component = component(data[at] & 0xff);
      for (int j = 0; j < i; j++) {
        if (scan.components[j] == component) {
          throw new JpegDamage("a scan has the same component twice");
        }
      }
      int tables = data[at + 1] & 0xff;
      if (tables >> 4 > 3 || (tables & 15) > 3) {
        throw new JpegDamage("a scan names an impossible Huffman table");
      }
      component.dc = dcTables[tables >> 4];
      component.ac = acTables[tables & 15];
      scan.components[i] = component;
      blocks += component.across * component.down;
      if (!component.seen) {
        if (!stepsDefined[component.stepsIndex]) {
          throw new JpegDamage("its quantisation table " + component.stepsIndex + " is missing");
        }
        // As they are at the component's first scan: a later table is for the components to come.
        System.arraycopy(steps[component.stepsIndex], 0, component.steps, 0, 64);
      }
    }
    if (count > 1 && blocks > MAX_BLOCKS_PER_MCU) {
      throw new JpegDamage("a scan interleaves " + blocks + " blocks, at most 10 are allowed");
    }
    scan.check(progressive);
  }

  private Component component(int id) throws JpegDamage {
    for (int i = 0; i < componentCount; i++) {
      if (components[i].id == id) {
        return components[i];
      }
    }
    throw new JpegDamage("a scan names the component " + id + ", which the frame lacks");
  }

  static int shortAt(byte[] data, int at) {
    return (data[at] & 0xff) << 8 | data[at + 1] & 0xff;
  }

  private static boolean startsWith(byte[] data, int at, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (data[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
