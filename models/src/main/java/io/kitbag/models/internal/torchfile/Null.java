package io.kitbag.models.internal.torchfile;

/** Python's None. */
enum Null {
  VALUE
}
