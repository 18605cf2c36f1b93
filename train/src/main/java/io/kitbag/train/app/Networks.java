package io.kitbag.train.app;

import com.google.inject.Binder;
import com.google.inject.binder.LinkedBindingBuilder;
import com.google.inject.multibindings.MapBinder;
import io.kitbag.models.Network;
import io.kitbag.models.zoo.ZooOptions;
import java.util.function.Function;

/** Networks of an application, by the name that {@code model.name} gives them. */
public final class Networks {

  private Networks() {}

  /** A network for some number of classes and other options; may ignore what it does not offer. */
  public interface Factory extends Function<ZooOptions, Network> {}

  /** Binds a network under a name, which comes before the zoo's of the same name. */
  public static LinkedBindingBuilder<Factory> bind(Binder binder, String name) {
    return map(binder).addBinding(name);
  }

  static MapBinder<String, Factory> map(Binder binder) {
    return MapBinder.newMapBinder(binder, String.class, Factory.class);
  }
}
