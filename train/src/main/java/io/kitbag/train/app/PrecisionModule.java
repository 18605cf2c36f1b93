package io.kitbag.train.app;

import ai.djl.Device;
import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import io.kitbag.models.Network;
import io.kitbag.precision.Policy;
import io.kitbag.train.recipe.Recipe;

/** Binds the device and the precision policy. */
final class PrecisionModule extends AbstractModule {

  @Provides
  Device device(Recipe recipe) {
    return Devices.of(recipe.runtime().device());
  }

  @Provides
  Policy policy(Recipe recipe, Device device, Network network) {
    return Policies.override(Policies.of(recipe.precision(), device), recipe.precision(), network);
  }
}
