package io.kitbag.optim.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import io.kitbag.optim.GradientClip;
import io.kitbag.optim.ParameterGroups;
import io.kitbag.optim.UpdateRule;
import io.kitbag.optim.schedule.Schedule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Any of Kitbag's optimizers as DJL's {@code Optimizer}, for DJL's own trainer.
 *
 * <p>DJL hands over one parameter after the other, by random ids and in no fixed order. They are
 * gathered until the last one of the block has come, and are then clipped and updated as {@link
 * io.kitbag.optim.Optimizer#step} does: by the groups' decay and factors, with state of the same
 * names. Gradients are zeroed afterwards, those that are not numbers too.
 *
 * <p>The trainer has one device, the model's: {@code optDevices(new Device[] {Device.gpu()})} of
 * its configuration, as DJL's default is all GPUs and adds their gradients up. Which parameters are
 * trained must not change after the first step; {@code Parameter.freeze} before it, or freeze by a
 * group. One thread at a time.
 *
 * <p>The state is freed with the model, or by {@link #close}.
 */
public final class DjlOptimizer extends ai.djl.training.optimizer.Optimizer
    implements AutoCloseable {

  private final Block block;
  private final UpdateRule rule;
  private final ParameterGroups groups;
  private final Schedule schedule;
  private final double gradientFactor;
  private final @Nullable Clipping clipping;
  private @Nullable BlockStep step;

  /** Makes a clip of the parameters it is for. */
  interface Clipping {
    GradientClip of(NDManager manager, List<TensorSpec> parameters, List<NDArray> weights);
  }

  private DjlOptimizer(Builder builder) {
    super(new NoSettings());
    block = builder.block;
    rule = builder.rule;
    groups = builder.groups;
    schedule = builder.schedule;
    gradientFactor = 1.0 / builder.batchesPerStep;
    clipping = builder.clipping;
  }

  /**
   * Starts from what every optimizer needs; without {@link Builder#groups} nothing decays.
   *
   * @param block of the model that is trained; it may be initialised later
   * @param rule how gradients change parameters
   * @param schedule learning rate of each step, counted from 0
   */
  public static Builder builder(Block block, UpdateRule rule, Schedule schedule) {
    return new Builder(block, rule, schedule);
  }

  /**
   * The trained parameters of an initialised block, as rules and groups see them: named as DJL
   * names them, in the block's order. Weights of more than two axes count as convolutions', of two
   * as linear layers'; what is neither weight, γ nor β counts as a bias.
   */
  public static List<TensorSpec> parametersOf(Block block) {
    return block.getParameters().stream()
        .filter(pair -> pair.getValue().requiresGradient())
        .map(pair -> spec(pair.getKey(), pair.getValue()))
        .toList();
  }

  private static TensorSpec spec(String name, Parameter parameter) {
    List<Integer> shape =
        Arrays.stream(parameter.getShape().getShape()).mapToObj(Math::toIntExact).toList();
    Role role =
        switch (parameter.getType()) {
          case GAMMA -> Role.NORM_WEIGHT;
          case BETA -> Role.NORM_BIAS;
          case BIAS -> Role.BIAS;
          default ->
              shape.size() > 2
                  ? Role.CONV_WEIGHT
                  : shape.size() == 2 ? Role.LINEAR_WEIGHT : Role.BIAS;
        };
    return new TensorSpec(name, role, shape);
  }

  /**
   * Takes the gradient of one parameter, and the step if it is the last one of the block. The
   * trainer calls this.
   *
   * @param gradient float32; <strong>overwritten</strong>, not closed
   * @throws IllegalStateException if the array is not the block's own, as with several devices, or
   *     if the block's trained parameters are not those of the first step
   */
  @Override
  public void update(String parameterId, NDArray weight, NDArray gradient) {
    step().take(parameterId, weight, gradient);
  }

  /** Number of steps taken, those before a {@link #load} included. */
  public long steps() {
    return step == null ? 0 : step.optimizer().steps();
  }

  /**
   * The state by name, as {@link io.kitbag.optim.Optimizer#state}: live, not copies.
   *
   * @throws IllegalStateException if the block is not initialised
   */
  public Map<String, NDArray> state() {
    return step().optimizer().state();
  }

  /**
   * Replaces the state, as {@link io.kitbag.optim.Optimizer#load}: after it the schedule goes on
   * where the saved run stood.
   *
   * @throws IllegalStateException if the block is not initialised
   */
  public void load(Map<String, ? extends NDArray> state) {
    step().optimizer().load(state);
  }

  private BlockStep step() {
    if (step == null) {
      step = new BlockStep(block, rule, groups, schedule, gradientFactor, clipping);
    }
    return step;
  }

  /** Frees the state; a later update would start anew. */
  @Override
  public void close() {
    if (step != null) {
      step.close();
    }
    step = null;
  }

  @Override
  public String toString() {
    return "DjlOptimizer(%s, %s)".formatted(rule, schedule);
  }

  /** Settings that may be left out. */
  public static final class Builder {

    private final Block block;
    private final UpdateRule rule;
    private final Schedule schedule;
    private ParameterGroups groups = ParameterGroups.uniform(0);
    private int batchesPerStep = 1;
    private @Nullable Clipping clipping;

    private Builder(Block block, UpdateRule rule, Schedule schedule) {
      this.block = block;
      this.rule = rule;
      this.schedule = schedule;
    }

    /** Decay, learning rate factors and freezing by parameter. */
    public Builder groups(ParameterGroups parameterGroups) {
      groups = parameterGroups;
      return this;
    }

    /**
     * For a loop that calls the trainer's {@code step} after every so many batches only: takes the
     * mean of their gradients instead of the sum.
     */
    public Builder batchesPerStep(int batches) {
      if (batches < 1) {
        throw new IllegalArgumentException(
            "batchesPerStep=%d must be at least 1".formatted(batches));
      }
      batchesPerStep = batches;
      return this;
    }

    /** Limits the norm of all gradients together: {@link GradientClip#globalNorm}. */
    public Builder clipNorm(double maxNorm) {
      return clip(
          "clipNorm",
          maxNorm,
          (manager, specs, weights) -> GradientClip.globalNorm(manager, maxNorm));
    }

    /**
     * Limits each value to [−limit, limit]: {@link GradientClip#value}. (DJL's {@code optClipGrad}
     * limits positive ones only.)
     */
    public Builder clipValue(double limit) {
      return clip(
          "clipValue", limit, (manager, specs, weights) -> GradientClip.value(manager, limit));
    }

    /** Limits gradients relative to the weights: {@link GradientClip#adaptive}. */
    public Builder clipAdaptive(double factor) {
      return clip(
          "clipAdaptive",
          factor,
          (manager, specs, weights) -> GradientClip.adaptive(manager, specs, weights, factor));
    }

    private Builder clip(String name, double limit, Clipping chosen) {
      if (!(limit > 0 && limit < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "%s=%s must be positive and finite; leave it out for no limit".formatted(name, limit));
      }
      if (clipping != null) {
        throw new IllegalStateException(
            "%s: gradients are clipped already; choose one way".formatted(name));
      }
      clipping = chosen;
      return this;
    }

    /** The optimizer, for {@code DefaultTrainingConfig.optOptimizer}. */
    public DjlOptimizer build() {
      return new DjlOptimizer(this);
    }
  }

  /** DJL's own settings, which stay at their defaults. */
  private static final class NoSettings extends OptimizerBuilder<NoSettings> {

    @Override
    protected NoSettings self() {
      return this;
    }
  }
}
