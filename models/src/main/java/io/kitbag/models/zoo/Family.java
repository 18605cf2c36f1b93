package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Networks of one kind: what {@link Zoo} has of them. */
interface Family {

  /** The usual names; {@link #network} may understand more. */
  List<String> names();

  /** Which of the options that not every network can have these have. */
  Set<ZooOptions.Part> parts();

  /** The side of the images these are made for, in pixels. */
  default int imageSize() {
    return 224;
  }

  /**
   * The network of that name, or nothing if the name is not of this family.
   *
   * @throws IllegalArgumentException if a number in the name or an option does not fit
   */
  Optional<Network> network(String name, ZooOptions options);
}
