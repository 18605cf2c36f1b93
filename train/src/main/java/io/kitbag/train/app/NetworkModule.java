package io.kitbag.train.app;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.optim.NamePattern;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.recipe.Recipe;
import java.util.Map;

/** Binds the network that {@code model.name} names: the application's, else the zoo's. */
final class NetworkModule extends AbstractModule {

  private static final int RGB = 3;

  @Override
  protected void configure() {
    Networks.map(binder());
  }

  @Provides
  @Singleton
  Network network(Recipe recipe, DataSplit images, Map<String, Networks.Factory> own) {
    ZooOptions options = recipe.model().zooOptions(images.train().classes().size());
    String name = recipe.model().name();
    int size = recipe.augment().imageSize();
    try {
      Network network =
          own.containsKey(name) ? own.get(name).apply(options) : Zoo.network(name, options);
      network.shapes(new FeatureMap(RGB, size, size));
      return frozen(network, recipe);
    } catch (IllegalArgumentException e) {
      throw new KitbagException(ExitCode.USAGE, "model: " + e.getMessage(), e);
    }
  }

  private static Network frozen(Network network, Recipe recipe) {
    try {
      return FrozenStatistics.of(
          network, recipe.model().frozenStatistics().stream().map(NamePattern::new).toList());
    } catch (IllegalArgumentException e) {
      throw new KitbagException(ExitCode.USAGE, "model.frozenStatistics: " + e.getMessage(), e);
    }
  }
}
