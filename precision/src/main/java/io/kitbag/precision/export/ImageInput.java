package io.kitbag.precision.export;

/** What an exported network takes; N × C × H × W in any case. */
public enum ImageInput {
  /** Pixels 0–255 as uint8; the network normalises them. */
  UINT8,
  /** Pixels 0–255 as float32; the network normalises them. */
  FLOAT,
  /** Float32 that the caller has normalised. */
  NORMALIZED
}
