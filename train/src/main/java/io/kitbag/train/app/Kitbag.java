package io.kitbag.train.app;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Stage;
import com.google.inject.util.Modules;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.train.loop.RunOptions;
import io.kitbag.train.recipe.Recipe;

/** Makes the injector of a training application: the only place that does. */
public final class Kitbag {

  private Kitbag() {}

  /**
   * An injector for one run of a recipe; ask it for a {@link io.kitbag.train.loop.Trainer}.
   *
   * @param replacements bindings that take precedence over Kitbag's own
   */
  public static Injector app(Recipe recipe, RunOptions options, Module... replacements) {
    TorchRuntime.tuneMalloc();
    Module own =
        Modules.combine(
            new RunModule(recipe, options),
            new DataModule(),
            new NetworkModule(),
            new PrecisionModule(),
            new OptimModule(),
            new AveragingModule(),
            new TeacherModule());
    return Guice.createInjector(Stage.DEVELOPMENT, Modules.override(own).with(replacements));
  }
}
