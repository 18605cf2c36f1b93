package io.kitbag.models;

import io.kitbag.models.op.DropPath;
import io.kitbag.models.op.Dropout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which stream of a {@link DrawKey} each dropping node of a network draws from: first the {@link
 * DropPath}s, then the {@link Dropout}s, each in the network's order. Immutable.
 */
public final class DropStreams {

  private final Map<Node, Integer> streams = new HashMap<>();
  private final int paths;

  DropStreams(Network network) {
    List<Node> nodes = network.nodes();
    nodes.stream().filter(node -> node.op() instanceof DropPath).forEach(this::append);
    paths = streams.size();
    nodes.stream().filter(node -> node.op() instanceof Dropout).forEach(this::append);
  }

  private void append(Node node) {
    streams.put(node, streams.size());
  }

  /** The stream of a node that drops. */
  public int of(Node node) {
    return streams.get(node);
  }

  /** How many nodes drop whole images: their streams are 0 up to this. */
  public int paths() {
    return paths;
  }

  /** Whether nothing is dropped. */
  public boolean isEmpty() {
    return streams.isEmpty();
  }
}
