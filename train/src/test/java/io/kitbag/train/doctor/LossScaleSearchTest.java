package io.kitbag.train.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.google.inject.Injector;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.NetworkTrace;
import io.kitbag.precision.advice.LossScaleAdvice;
import io.kitbag.precision.format.FloatFormat;
import io.kitbag.train.app.Kitbag;
import io.kitbag.train.data.Pipelines;
import io.kitbag.train.loop.Rehearsal;
import io.kitbag.train.loop.RunOptions;
import io.kitbag.train.loop.TrainingParts;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Meters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The scale that the doctor recommends from fp32 gradients, against the best of all powers of two
 * that were tried in fp16. The best, as {@link LossScaleAdvice} defines it: the smallest at which
 * no tensor's nonzero gradients become 0 in more than one of a hundred cases, but two bits below
 * the first that overflows. What is 0 and what overflows is counted in fp16 passes at that scale,
 * where an error of one layer runs through all before it.
 */
class LossScaleSearchTest {

  private static final int LAST_EXPONENT = 34;
  private static final int PROBED_STEP = 3;

  @ParameterizedTest
  @CsvSource({
    "model.name=cifar_resnet8d model.zeroGamma=true, 1",
    "model.name=cifar_resnet8d model.zeroGamma=false loss.labelSmoothing=0.1, 0",
    "model.name=resnet9_w8 batchSize=8, 1"
  })
  void recommendsTheScaleThatBruteForceFinds(String settings, int atLeast) {
    Recipe recipe =
        Recipe.preset("quickstart")
            .with(
                "batchSize=16",
                "data.builtin={train: 96, test: 16}",
                "precision.compute=fp32",
                "runtime.device=cpu",
                "runtime.threads=1",
                "runtime.workers=1")
            .with(settings.split(" "));
    Injector app = Kitbag.app(recipe, RunOptions.in(Path.of("unused")));
    try (Rehearsal rehearsal =
            new Rehearsal(
                recipe,
                app.getInstance(TrainingParts.class),
                app.getInstance(Pipelines.class),
                app.getInstance(Meters.class),
                message -> {});
        NetworkTrace wide = NetworkTrace.fp32(rehearsal.network());
        NetworkTrace half = NetworkTrace.emulating(ComputeType.FP16, rehearsal.network())) {
      List<Integer> found = new ArrayList<>();
      rehearsal.run(
          PROBED_STEP + 1,
          new Rehearsal.Observer() {
            @Override
            public void before(int step, NDArray imagesNchw, NDArray targets) {
              if (step == PROBED_STEP) {
                ValueCensus census = new ValueCensus();
                int batch = (int) imagesNchw.getShape().get(0);
                census.add(rehearsal, wide, step, imagesNchw, targets, batch, 1);
                LossScaleAdvice advice = LossScaleAdvice.of(census.gradients());
                found.add(advice.exponent());
                found.add(best(rehearsal, wide, half, step, imagesNchw, targets));
              }
            }

            @Override
            public void after(int step) {}
          });
      assertThat(found.get(0)).as("%s", found).isCloseTo(found.get(1), within(1));
      assertThat(found.get(1)).as("the best").isGreaterThanOrEqualTo(atLeast);
    }
  }

  private static int best(
      Rehearsal rehearsal,
      NetworkTrace wide,
      NetworkTrace half,
      int step,
      NDArray images,
      NDArray targets) {
    Map<String, float[]> right = gradients(rehearsal, wide, step, images, targets, 0);
    Map<Integer, Double> worst = new TreeMap<>();
    int safe = -1;
    for (int exponent = 0; exponent <= LAST_EXPONENT; exponent++) {
      Map<String, float[]> scaled = gradients(rehearsal, half, step, images, targets, exponent);
      double most = 0;
      for (Map.Entry<String, float[]> entry : scaled.entrySet()) {
        double lost = lost(right.get(entry.getKey()), entry.getValue());
        if (lost < 0) {
          most = -1;
          break;
        }
        most = Math.max(most, lost);
      }
      if (most < 0) {
        break;
      }
      safe = exponent;
      worst.put(exponent, most);
    }
    int highest = Math.max(0, safe - LossScaleAdvice.LEAST_HEADROOM);
    return worst.entrySet().stream()
        .filter(entry -> entry.getValue() <= LossScaleAdvice.TOLERATED)
        .mapToInt(Map.Entry::getKey)
        .filter(exponent -> exponent <= highest)
        .findFirst()
        .orElse(highest);
  }

  /** The share of nonzero gradients that became 0; -1 if any overflowed. */
  private static double lost(float[] right, float[] half) {
    long zero = 0;
    long all = 0;
    for (int i = 0; i < right.length; i++) {
      double stored = FloatFormat.FP16.round(half[i]);
      if (!Double.isFinite(stored)) {
        return -1;
      }
      if (right[i] != 0) {
        all++;
        zero += stored == 0 ? 1 : 0;
      }
    }
    return all == 0 ? 0 : (double) zero / all;
  }

  private static Map<String, float[]> gradients(
      Rehearsal rehearsal,
      NetworkTrace trace,
      int step,
      NDArray images,
      NDArray targets,
      int exponent) {
    try (var scope = images.getManager().newSubManager()) {
      NDArray own = images.duplicate();
      own.attach(scope);
      NetworkTrace.Gradients found =
          rehearsal.gradients(trace, step, own, targets, Math.scalb(1.0, exponent), forward -> {});
      Map<String, float[]> values = new HashMap<>();
      found.ofValues().forEach((name, array) -> values.put(name, array.toFloatArray()));
      for (int i = 0; i < found.ofParameters().size(); i++) {
        // Norms and biases are fp32 and their gradients too; the doctor counts them all the same.
        values.put(trace.parameters().get(i).name(), found.ofParameters().get(i).toFloatArray());
      }
      return values;
    }
  }
}
