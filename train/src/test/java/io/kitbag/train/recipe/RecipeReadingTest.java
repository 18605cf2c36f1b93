package io.kitbag.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kitbag.optim.ParameterKind;
import io.kitbag.train.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeReadingTest {
  @TempDir Path folder;

  @Test
  void takesWhatTheFileLeavesOutFromItsBase() throws IOException {
    Recipe recipe = Recipes.read(file("base: efficient\nepochs: 90\noptimizer: {momentum: 0.875}"));

    assertThat(recipe.epochs()).isEqualTo(90);
    assertThat(recipe.optimizer().momentum()).isEqualTo(0.875);
    assertThat(recipe.optimizer().decayBias()).as("from efficient").isFalse();
    assertThat(recipe.optimizer().weightDecay()).as("from baseline").isEqualTo(1e-4);
  }

  @Test
  void takesTheBaselineAsBaseAndTheFileNameAsName() throws IOException {
    Recipe recipe = Recipes.read(file("epochs: 100\n"));

    assertThat(recipe).isEqualTo(Recipe.preset("baseline").with("epochs=100", "name=mine"));
  }

  @Test
  void anEmptyFileIsItsBase() throws IOException {
    assertThat(Recipes.read(file("# nothing yet\n")))
        .isEqualTo(Recipe.preset("baseline").with("name=mine"));
  }

  @Test
  void readsGroupsAndWritesThemBack() throws IOException {
    Recipe recipe =
        Recipes.read(
            file(
                """
                optimizer:
                  groups:
                    - {kind: [bias, norm-bias], learningRateFactor: 64}
                    - {name: "/^layer[12]\\\\.0/", depth: [0, -2], weightDecay: 0.001}
                    - name: "conv1.*"
                      frozen: true
                """));
    List<GroupRecipe> groups = recipe.optimizer().groups();
    assertThat(groups).hasSize(3);
    assertThat(groups.get(0).rule().kinds())
        .containsExactly(ParameterKind.BIAS, ParameterKind.NORM_BIAS);
    assertThat(groups.get(1).name()).contains("/^layer[12]\\.0/");
    assertThat(groups.get(1).depth()).contains(List.of(0, -2));
    assertThat(groups.get(2).frozen()).contains(true);
    assertThat(Recipes.parse(recipe.toYaml(), "written")).isEqualTo(recipe);
    assertThat(recipe.toYaml())
        .contains("{kind: [bias, norm-bias], learningRateFactor: 64}")
        .contains("{name: \"conv1.*\", frozen: true}");
  }

  @Test
  void saysWhatIsWrongWithAGroup() throws IOException {
    Path file =
        file(
            """
            optimizer:
              groups:
                - {kind: [norm]}
                - {name: "/(/", frozen: true}
                - {depth: [3], frozen: true}
                - {depth: [3, 1], frozen: true}
                - {kind: [normal], weightDecay: -1}
                - {name: a, weightDecay: -1}
            """);

    assertThat(
            refusal(() -> Recipes.read(file, List.of())).problems().stream()
                .map(p -> p.toString().replace(file.toString(), "mine.yaml")))
        .containsExactly(
            "mine.yaml:3:7: optimizer.groups[0]: a parameter rule must set something:"
                + " weightDecay, learningRateFactor or frozen",
            "mine.yaml:4:7: optimizer.groups[1]: /(/ is not a regular expression: Unclosed group"
                + " at index 1",
            "mine.yaml:5:8: optimizer.groups[2].depth: [3] must be two layers, [first, last]",
            "mine.yaml:6:7: optimizer.groups[3]: depth [3, 1] is empty; write the smaller one"
                + " first",
            "mine.yaml:7:15: optimizer.groups[4].kind[0]: \"normal\" is not one of conv, linear,"
                + " bias, norm, norm-weight, norm-bias; did you mean norm?",
            "mine.yaml:8:17: optimizer.groups[5].weightDecay: -1.0 must be at least 0");
  }

  @Test
  void reportsAllProblemsTogetherWithTheirPlaces() throws IOException {
    Path file =
        file(
            """
            base: efficent
            epochs: many
            augment:
              jiter: 0.4
              crop: {kind: random-resize, area: [0.08, big]}
            optimizer:
              momentum: 1.5
              weightDecay: -1
            learningRate: 0.1
            data: folder
            schedule:
              milestones: 30
            """);

    RecipeException e = refusal(() -> Recipes.read(file, List.of("seed=1.5", "loss.form=papr")));

    assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(e.problems().stream().map(p -> p.toString().replace(file.toString(), "mine.yaml")))
        .containsExactlyInAnyOrder(
            "mine.yaml:1:1: base: \"efficent\" is not a preset ("
                + String.join(", ", Recipes.names())
                + "); did you mean efficient?",
            "mine.yaml:2:1: epochs: \"many\" is not a whole number",
            "mine.yaml:4:3: augment.jiter: unknown key; did you mean augment.jitter?",
            "mine.yaml:5:10: augment.crop.kind: \"random-resize\" is not one of random-resized,"
                + " random-resized-uniform, pad-crop, center, none; did you mean random-resized?",
            "mine.yaml:5:44: augment.crop.area[1]: \"big\" is not a number",
            "mine.yaml:7:3: optimizer.momentum: 1.5 must be at least 0 and below 1",
            "mine.yaml:8:3: optimizer.weightDecay: -1.0 must be at least 0",
            "mine.yaml:9:1: learningRate: unknown key; did you mean schedule.learningRate?",
            "mine.yaml:10:1: data: \"folder\" is not a section; it has the keys source, path,"
                + " train, validation, classMap, classes, subset, holdOut, splitSeed, sampling, rank,"
                + " world, builtin, onCorrupt, exifOrientation, cacheMegabytes, normalization",
            "mine.yaml:12:3: schedule.milestones: \"30\" is not a list; write [a, b]",
            "--set seed=1.5: seed: \"1.5\" is not a whole number",
            "--set loss.form=papr: loss.form: \"papr\" is not one of paper, uniform;"
                + " did you mean paper?");
    assertThat(e).hasMessageStartingWith("the recipe has 12 problems:\n  ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs=0 | epochs: 0 must be at least 1",
        "epochs=9999999999 | epochs: \"9999999999\" is too large for a whole number",
        "seed=99999999999999999999 | seed: \"99999999999999999999\" is not a whole number",
        "batchSize=1e3 | batchSize: \"1e3\" is not a whole number",
        "name=a b | name: \"a b\" must consist of letters, digits, '.', '-' and '_'",
        "model.zeroGamma=yes | model.zeroGamma: \"yes\" is not true or false",
        "augment.flip=1.1 | augment.flip: 1.1 must be between 0 and 1",
        "augment.flip=NaN | augment.flip: \"NaN\" is not a number",
        "optimizer.momentum=1e999 | optimizer.momentum: \"1e999\" is not a number",
        "augment.crop.area=[1, 0.5] | augment.crop.area: [1.0, 0.5] must be [smallest, largest] with 0 < smallest <= largest <= 1",
        "augment.crop.area=[0.5] | augment.crop.area: [0.5] must be [smallest, largest] with 0 < smallest <= largest <= 1",
        "schedule.warmupEpochs=121 | schedule.warmupEpochs: 121.0 must be at most epochs, which is 120",
        "schedule.warmupEpochs=30 | schedule.milestones: [30, 60, 90] must be after the warm-up, schedule.warmupEpochs=30.0",
        "schedule.milestones=[30, 20] | schedule.milestones: [30, 20] must be above 0 and ascending",
        "precision.compute=fp61 | precision.compute: \"fp61\" is not one of auto, fp32, tf32, bf16, fp16; did you mean fp16?",
        "precision.layout=nhwc | precision.layout: \"nhwc\" is not one of auto, measure, nchw, channels_last",
        "precision.lossScale.backoff=1 | precision.lossScale.backoff: 1.0 must be above 0 and below 1",
        "runtime.device=cuda | runtime.device: \"cuda\" is not one of auto, cpu, gpu, gpu:n",
        "data.normalization=imagnet | data.normalization: \"imagnet\" is not one of cifar10, imagenet, nor lists mean and std",
        "data.normalization.mean=[1, 2] | data.normalization.std: is missing",
        "data.source=folder | data.path: nothing is no folder; give the folder of the data set, or set source to auto",
        "batch_size=1 | batch_size: unknown key; did you mean batchSize?",
        "augment.crop.zzzzzz=1 | augment.crop.zzzzzz: unknown key; known here: kind, area, ratio, padding, padMode",
        "epochs= | epochs: nothing is not a whole number",
        "epochs=[1] | epochs: a list is not a whole number",
        "epochs | is not of the form key=value",
        "=1 | is not of the form key=value",
        "checkpoint..keep=1 | checkpoint.: unknown key; known here: everyEpochs, everySteps, everySeconds, keep",
        "epochs={ | not YAML: while parsing a flow node",
        "epochs=*a | anchors and aliases are not allowed; write the value out",
        "epochs=!!int 3 | the tag tag:yaml.org,2002:int is not allowed; a value has its key's type",
      })
  void refusesTheOverride(String override, String message) {
    RecipeException e = refusal(() -> Recipes.resolve("baseline", List.of(override)));

    assertThat(e.problems()).hasSize(1);
    assertThat(e).hasMessageEndingWith(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "epochs: 3\nepochs: 4\n",
        "epochs: 3\n---\nepochs: 4\n",
        "- epochs\n",
        "just text",
        "epochs: *a\n",
        "a: &a [b, b]\nb: *a\n",
        "<<: {epochs: 3}\n",
        "data: !!java.net.URL [http://localhost]\n",
        "epochs: 3\n  batchSize: 1\n",
        "\t- {",
        "a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {}}}}}}}}}}}}}}}}}}",
        "epochs: \u0000",
      })
  void refusesWhatIsNotARecipe(String text) throws IOException {
    Path file = file(text);

    assertThat(refusal(() -> Recipes.read(file)).problems().get(0).where())
        .startsWith(file.toString());
  }

  @Test
  void neverFailsOtherwiseOnDamagedText() throws IOException {
    String good = Recipe.preset("cifar10").toYaml();
    java.util.Random random = new java.util.Random(1);
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder(good);
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) (random.nextInt(96) + 32));
          case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(40)));
          default -> text.insert(at, "{[:,-&*!|>'\"%@`#\n ".charAt(random.nextInt(18)));
        }
      }
      Path file = file(text.toString());
      try {
        assertThat(Recipes.read(file)).isNotNull();
      } catch (RecipeException e) {
        assertThat(e.problems()).as("%s", text).isNotEmpty();
      }
    }
  }

  @Test
  void namesAFileThatCannotBeRead() throws IOException {
    Path missing = folder.resolve("missing.yaml");
    Path binary = folder.resolve("binary.yaml");
    Files.write(binary, new byte[] {'a', (byte) 0xff, (byte) 0xfe});
    Path large = folder.resolve("large.yaml");
    Files.write(large, new byte[(1 << 20) + 1]);

    assertThat(refusal(() -> Recipes.read(missing)))
        .hasMessage(
            missing + ": does not exist; presets are " + String.join(", ", Recipes.names()));
    assertThat(refusal(() -> Recipes.read(binary))).hasMessage(binary + ": is not UTF-8 text");
    assertThat(refusal(() -> Recipes.read(large)))
        .hasMessage(large + ": is larger than 1 MiB: not a recipe");
    assertThat(refusal(() -> Recipes.read(folder))).hasMessageStartingWith(folder.toString());
  }

  @Test
  void suggestsThePresetThatWasMeant() {
    assertThat(refusal(() -> Recipes.preset("cifar-10x")))
        .hasMessage(
            "--recipe: \"cifar-10x\" is not a preset ("
                + String.join(", ", Recipes.names())
                + "); did you mean cifar10?");
  }

  @Test
  void aNullInTheFileTakesAwayAnOptionalValue() {
    Recipe withPath = Recipe.preset("cifar10").withData(Path.of("images"));

    assertThat(withPath.data().path()).contains(Path.of("images"));
    assertThat(withPath.with("data.path=").data().path()).isEmpty();
  }

  @Test
  void readsUnderscoresAndHyphensInNamesAlike() {
    Recipe recipe = Recipe.preset("baseline").with("precision.layout=channels-last");

    assertThat(recipe.precision().layout()).isEqualTo(PrecisionRecipe.Layout.CHANNELS_LAST);
    assertThat(recipe.with("augment.crop.kind=pad_crop").augment().crop().kind())
        .isEqualTo(AugmentRecipe.Crop.Kind.PAD_CROP);
  }

  private Path file(String text) throws IOException {
    Path file = folder.resolve("mine.yaml");
    return Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static RecipeException refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable c) {
    return catchThrowableOfType(RecipeException.class, c);
  }
}
