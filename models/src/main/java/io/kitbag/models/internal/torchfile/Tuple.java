package io.kitbag.models.internal.torchfile;

import java.util.List;

/**
 * A Python tuple. It may hold itself through a list, so it is compared by identity.
 *
 * @param items not copied
 */
record Tuple(List<Object> items) {

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "a tuple of " + items.size();
  }
}
