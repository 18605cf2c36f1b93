package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.Relu;
import io.kitbag.precision.script.ScriptModule;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A training whose gradients all lie below what fp16 can hold: the loss is multiplied by 2^-22, so
 * that logit gradients of at most 2^-3 become 2^-25 or less, which half precision rounds to zero; a
 * learning rate of 2^22 / 8 makes up for it.
 */
class LossScalingTrainingTest {

  private static final int STEPS = 40;
  private static final double SHRINK = 0x1p-22;
  private static final double RATE = 0.125 / SHRINK;
  private static final int BATCH = 8;
  private static final int SIZE = 6;

  private static final String TRAINING =
      """
      def loss(self: __torch__.M, logits: Tensor, labels: Tensor, shrink: Tensor) -> Tensor:
        ce = torch.cross_entropy_loss(logits, labels, None, 1, -100, 0.)
        return torch.mul(ce, shrink)
      def step(self: __torch__.M, p: List[Tensor], g: List[Tensor], change: float) -> int:
        torch._foreach_add_(p, g, alpha=change)
        return 0
      """;

  @Test
  void halfPrecisionStandsStillWithoutLossScaling() {
    double[] losses = train(Policy.fp16().withLossScaling(new LossScaling.None()));
    assertThat(losses).containsOnly(losses[0]);
  }

  @Test
  void halfPrecisionTrainsAsFp32DoesWithLossScaling() {
    double[] fp32 = train(Policy.fp32());
    assertThat(fp32[STEPS - 1]).isLessThan(0.5 * fp32[0]);
    for (LossScaling scaling :
        new LossScaling[] {
          new LossScaling.Static(0x1p20),
          LossScaling.dynamic(),
          // Starts where everything overflows, and finds a scale that works.
          new LossScaling.Dynamic(0x1p44, 2, 0.5, 2000)
        }) {
      double[] fp16 = train(Policy.fp16().withLossScaling(scaling));
      // Two roundings' worth of a loss of order 1; 5e-6 was seen.
      assertThat(fp16[STEPS - 1])
          .as("%s", scaling)
          .isCloseTo(fp32[STEPS - 1], within(2 * ComputeType.FP16.epsilon()));
    }
  }

  /** Losses before each step that was not skipped, and at least {@value #STEPS} of them. */
  private static double[] train(Policy policy) {
    try (CompiledNetwork net =
            CompiledNetwork.of(network(), policy, Device.cpu(), Normalization.none(2));
        LossScaler scaler = new LossScaler(policy.lossScaling(), net.manager());
        ScriptModule script = ScriptModule.compile(net.manager(), TRAINING)) {
      net.load(Init.KAIMING_NORMAL.values(network(), 3));
      double[] losses = new double[STEPS];
      int done = 0;
      while (done < STEPS) {
        try (NDManager step = net.manager().newSubManager()) {
          NDArray logits =
              net.train(Reference.Batch.random(BATCH, 2, SIZE, SIZE, 2, 5).imagesNchw(step));
          NDArray loss =
              script.record(step, "loss", logits, labels(step), step.create((float) SHRINK)).get(0);
          losses[done] = loss.getFloat() / SHRINK;
          NDList gradients = net.gradients(loss, scaler.scale());
          boolean finite = scaler.unscale(gradients);
          if (finite) {
            script.run(step, "step", net.parameters(), gradients, -RATE);
            done++;
          }
          scaler.update(finite);
          assertThat(scaler.skippedSteps()).isLessThan(60);
        }
      }
      return losses;
    }
  }

  private static Network network() {
    Network.Builder builder = Network.builder("tiny", 2);
    Node x = builder.add("conv", Conv2d.of(2, 8, 3, 1), builder.input());
    x = builder.add("relu", new Relu(), builder.add("bn", BatchNorm.of(8), x));
    x = builder.add("conv2", Conv2d.of(8, 16, 3, 2), x);
    x = builder.add("relu2", new Relu(), builder.add("bn2", BatchNorm.of(16), x));
    builder.add("fc", new Linear(16, 2, true), builder.add("pool", new GlobalAvgPool(), x));
    return builder.build();
  }

  private static NDArray labels(NDManager manager) {
    Random random = new Random(11);
    return manager.create(random.ints(BATCH, 0, 2).asLongStream().toArray());
  }
}
