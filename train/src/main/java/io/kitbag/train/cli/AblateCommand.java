package io.kitbag.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.train.ExitCode;
import io.kitbag.train.ablate.Ablation;
import io.kitbag.train.ablate.AblationPlan;
import io.kitbag.train.ablate.AblationReport;
import io.kitbag.train.ablate.AblationResult;
import io.kitbag.train.ablate.AblationRow;
import io.kitbag.train.ablate.Trick;
import io.kitbag.train.ablate.Variant;
import io.kitbag.train.app.Kitbag;
import io.kitbag.train.loop.RunOptions;
import io.kitbag.train.loop.TrainResult;
import io.kitbag.train.loop.Trainer;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag ablate}: what each trick is worth. */
@Command(
    name = "ablate",
    sortOptions = false,
    description = {
      "Find out what each trick of a recipe is worth on your images: trains with and without it,"
          + " for several seeds, and says how sure the difference is.",
      "",
      "Run it again with the same options to go on after an interruption, or with more --seeds to"
          + " be surer; what is done is not repeated."
    },
    footer = {
      "",
      "Examples:",
      "  kitbag ablate",
      "  kitbag ablate --recipe refined --data photos --epochs 30 --seeds 5 --list",
      "  kitbag ablate --data photos --tricks mixup,label-smoothing --out runs/which",
      "  kitbag ablate --variant wide:model.name=resnet9_w64 --variant wide:batchSize=64"
    })
final class AblateCommand implements Callable<Integer> {

  /** How the tricks are taken apart. */
  enum Mode {
    LEAVE_OUT,
    STACK;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Spec private CommandSpec spec;

  @Mixin private RecipeOptions source;

  @Option(
      names = "--tricks",
      paramLabel = "NAME",
      split = ",",
      description = "The tricks to look at, in this order. Default: all that the recipe has.")
  private @Nullable List<String> tricks;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "leave-out",
      description = {
        "leave-out: the whole recipe beside those that lack one trick each. stack: the recipe"
            + " without the tricks, then with one more at a time. Default: ${DEFAULT-VALUE}."
      })
  private Mode mode;

  @Option(
      names = "--variant",
      paramLabel = "NAME:KEY=VALUE",
      description = {
        "Something of your own to compare with the whole recipe. Repeatable, for one name too."
      })
  private @Nullable List<String> variants;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Runs of each variant: the recipe's seed and those after it. Default: 3.")
  private int seeds;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images.")
  private @Nullable Integer epochs;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = {
        "Where to write ablation.md, ablation.svg, runs.json and the runs. Default:"
            + " runs/ablation-<recipe>"
      })
  private @Nullable Path out;

  @Option(names = "--list", description = "Print what would be trained, and train nothing.")
  private boolean list;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    Recipe recipe = source.recipe(new Overrides().number("--epochs", "epochs", epochs));
    AblationPlan plan = plan(recipe);
    if (list) {
      spec.commandLine().getOut().println(listing(plan));
      return ExitCode.DONE.code();
    }
    Path path = out == null ? Path.of("runs", "ablation-" + recipe.name()) : out;
    AblationResult result;
    try (StopSignals signals = StopSignals.listen(spec.commandLine().getErr());
        Progress progress = output.progress()) {
      Ablation.Training training = (each, directory) -> train(each, directory, progress, signals);
      result = new Ablation(plan, training, progress::message).run(path);
    }
    spec.commandLine().getOut().println(output.json() ? json(result, path) : text(result, path));
    return (result.isComplete() ? ExitCode.DONE : ExitCode.STOPPED).code();
  }

  private static TrainResult train(
      Recipe recipe, Path directory, Progress progress, StopSignals signals) {
    RunOptions options =
        new RunOptions(Optional.of(directory), true, OptionalLong.empty(), progress);
    Trainer trainer = Kitbag.app(recipe, options).getInstance(Trainer.class);
    signals.request(trainer::requestStop);
    return trainer.run();
  }

  private AblationPlan plan(Recipe recipe) {
    try {
      List<Trick> chosen = tricks == null ? Trick.in(recipe) : Trick.named(recipe, tricks);
      Map<String, List<String>> others = VariantOptions.parse(variants);
      AblationPlan plan =
          mode == Mode.STACK
              ? AblationPlan.stacking(recipe, chosen, others, seeds)
              : AblationPlan.leavingOut(recipe, chosen, others, seeds);
      // A name that is wrong shall not be found when its turn comes, hours from now.
      plan.variants()
          .forEach(each -> Zoo.network(each.recipe().model().name(), ZooOptions.classes(2)));
      return plan;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static String listing(AblationPlan plan) {
    int width = plan.variants().stream().mapToInt(each -> each.name().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (Variant variant : plan.variants()) {
      text.append(
          ("%-" + width + "s  %s")
              .formatted(variant.name(), String.join(" ", variant.changes()))
              .stripTrailing());
      text.append(System.lineSeparator());
    }
    return text
        + "%d variants with %d seeds: %d runs of %d epochs"
            .formatted(
                plan.variants().size(),
                plan.seeds(),
                plan.runs(),
                plan.variants().get(0).recipe().epochs());
  }

  private static String text(AblationResult result, Path path) {
    return "%s%n%d of %d runs are done%nreport %s"
        .formatted(
            AblationReport.text(result),
            result.runs().size(),
            result.plan().runs(),
            path.resolve("ablation.md"));
  }

  private static String json(AblationResult result, Path path) {
    ObjectNode whole =
        Json.object()
            .put("complete", result.isComplete())
            .put("report", path.resolve("ablation.md").toString());
    ArrayNode rows = whole.putArray("rows");
    for (AblationRow row : result.rows()) {
      ObjectNode node =
          rows.addObject()
              .put("variant", row.variant().name())
              .put("runs", row.runs())
              .put("diverged", row.diverged());
      row.top1().ifPresent(value -> node.put("top1", value));
      row.deviation().ifPresent(value -> node.put("deviation", value));
      row.seconds().ifPresent(value -> node.put("seconds", value));
      row.variant()
          .comparison()
          .ifPresent(
              comparison ->
                  node.put("subject", comparison.subject())
                      .put("reference", comparison.reference()));
      row.worth()
          .ifPresent(
              worth -> {
                node.put("worth", worth.mean());
                worth.halfWidth().ifPresent(half -> node.put("halfWidth", half));
              });
    }
    return Json.line(whole);
  }
}
