package io.kitbag.train.app;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.kitbag.train.loop.RunOptions;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.report.HtmlRunPage;
import io.kitbag.train.telemetry.Meters;
import io.kitbag.train.telemetry.RunPage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Binds the recipe, the options, the meters and the page. */
final class RunModule extends AbstractModule {

  private final Recipe recipe;
  private final RunOptions options;

  RunModule(Recipe recipe, RunOptions options) {
    this.recipe = recipe;
    this.options = options;
  }

  @Override
  protected void configure() {
    bind(Recipe.class).toInstance(recipe);
    bind(RunOptions.class).toInstance(options);
    bind(RunPage.class).to(HtmlRunPage.class);
  }

  @Provides
  @Singleton
  MeterRegistry registry() {
    return new SimpleMeterRegistry();
  }

  @Provides
  @Singleton
  Meters meters(MeterRegistry registry) {
    return new Meters(registry);
  }
}
