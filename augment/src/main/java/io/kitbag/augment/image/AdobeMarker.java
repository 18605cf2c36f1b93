package io.kitbag.augment.image;

import java.io.IOException;

/**
 * What a JPEG's header says about its colours: the number of components of the frame, and the
 * transform of Adobe's APP14 segment (0 none, 1 YCbCr, 2 YCCK).
 *
 * <p>The JDK does not convert four-component JPEGs and does not tell the transform.
 */
record AdobeMarker(int components, boolean present, int transform) {
  static final AdobeMarker ABSENT = new AdobeMarker(0, false, 0);

  private static final int SOF_FIRST = 0xc0;
  private static final int SOF_LAST = 0xcf;
  private static final int APP14 = 0xee;
  private static final int START_OF_SCAN = 0xda;

  boolean isYcck() {
    return transform == 2;
  }

  /** Walks the segments up to the frame and first scan; leaves the stream where it was. */
  static AdobeMarker find(ByteArrayImageInput input) throws IOException {
    long position = input.getStreamPosition();
    int components = 0;
    boolean present = false;
    int transform = 0;
    input.seek(2);
    while (true) {
      int marker = nextMarker(input);
      if (marker < 0 || marker == START_OF_SCAN) {
        break;
      }
      long start = input.getStreamPosition();
      int length = input.read() << 8 | input.read();
      if (length < 2) {
        break;
      }
      if (marker == APP14 && length >= 14 && input.read() == 'A' && input.read() == 'd') {
        input.seek(start + 13);
        present = true;
        transform = input.read();
      } else if (isFrame(marker)) {
        input.seek(start + 7);
        components = input.read();
      }
      input.seek(start + length);
    }
    input.seek(position);
    return new AdobeMarker(components, present, transform);
  }

  /** Returns the code of the next marker, skipping fill bytes, or -1 at the end. */
  private static int nextMarker(ByteArrayImageInput input) {
    int value = input.read();
    while (value >= 0 && value != 0xff) {
      value = input.read();
    }
    while (value == 0xff) {
      value = input.read();
    }
    return value;
  }

  private static boolean isFrame(int marker) {
    // C4, C8 and CC are tables and an extension, not frames.
    return marker >= SOF_FIRST && marker <= SOF_LAST && marker % 4 != 0 || marker == SOF_FIRST;
  }
}
