package io.kitbag.train.doctor;

import io.kitbag.precision.advice.ExponentHistogram;
import io.kitbag.precision.advice.LossScaleAdvice;
import io.kitbag.precision.advice.RangeShares;
import io.kitbag.precision.advice.Roofline;
import io.kitbag.precision.advice.StepMemory;
import io.kitbag.precision.advice.TensorCoreAdvice;
import java.util.List;
import java.util.Optional;

/**
 * What the doctor found, as plain values; {@code --json} prints them under these names.
 *
 * @param setup what was looked at
 * @param numerics what the numerics guard says
 * @param gradients of the loss, at loss scale 1 and in the whole batch
 * @param activations results of the network's nodes
 * @param weights the trained parameters
 * @param updates how far the steps moved the weights
 * @param tensorCores shapes of matrix products
 * @param kernels what ran on a GPU, if a profile was given
 * @param time where a step's time goes
 * @param memory where its memory goes
 * @param roofline how fast each layer could be on this machine
 * @param findings what follows, the most important first
 */
public record DoctorReport(
    Setup setup,
    String numerics,
    Gradients gradients,
    List<Exponents> activations,
    List<Exponents> weights,
    List<Update> updates,
    TensorCoreAdvice tensorCores,
    Optional<KernelProfile> kernels,
    StepTime time,
    Memory memory,
    Roofline roofline,
    List<Finding> findings) {

  /**
   * What was looked at.
   *
   * @param recipe its name
   * @param network its name
   * @param image channels x height x width
   * @param batch images in one batch
   * @param compute number format
   * @param emulated whether that is emulated here
   * @param layout of activations
   * @param lossScaling in words
   * @param device in words
   * @param steps taken
   * @param probes steps that were looked into
   * @param images of each batch that were looked at
   * @param engine versions
   */
  public record Setup(
      String recipe,
      String network,
      String image,
      int batch,
      String compute,
      boolean emulated,
      String layout,
      String lossScaling,
      String device,
      int steps,
      int probes,
      int images,
      String engine) {}

  /**
   * The exponents of one tensor's values.
   *
   * @param name of the node or the parameter
   * @param counts values by exponent
   * @param unscaled what fp16 makes of them as they are
   */
  public record Exponents(String name, ExponentHistogram.Counts counts, RangeShares unscaled) {}

  /**
   * Gradients.
   *
   * @param advice the recommended loss scale
   * @param currentScale the loss scale after the last step
   * @param all all of them together
   * @param atCurrent what fp16 makes of them at the current scale
   * @param atRecommended what it makes of them at the recommended one
   * @param ofActivations gradients of the nodes' results
   * @param ofWeights gradients of the trained parameters
   */
  public record Gradients(
      LossScaleAdvice advice,
      double currentScale,
      Exponents all,
      RangeShares atCurrent,
      RangeShares atRecommended,
      List<Exponents> ofActivations,
      List<Exponents> ofWeights) {
    public Gradients {
      ofActivations = List.copyOf(ofActivations);
      ofWeights = List.copyOf(ofWeights);
    }
  }

  /**
   * One parameter's update.
   *
   * @param name of the parameter
   * @param ratio root mean square of the update over that of the weights, the mean over the probed
   *     steps; about 0.001 is usual
   * @param lostInFp16 the share of updates that would change nothing if the weights were fp16
   */
  public record Update(String name, double ratio, double lostInFp16) {}

  /**
   * Time of a step, the mean without the first and the probed ones.
   *
   * @param seconds all of it
   * @param dataSeconds waiting for images
   * @param forwardSeconds network and loss
   * @param backwardSeconds gradients
   * @param optimizerSeconds unscaling, clipping, update
   * @param measuredSteps how many steps the mean is of
   */
  public record StepTime(
      double seconds,
      double dataSeconds,
      double forwardSeconds,
      double backwardSeconds,
      double optimizerSeconds,
      int measuredSteps) {

    /** The share of a step spent waiting for images. */
    public double dataShare() {
      return seconds == 0 ? 0 : dataSeconds / seconds;
    }
  }

  /**
   * Memory of a step.
   *
   * @param step by layer
   * @param bytes predicted peak for the recipe's batch
   * @param limitBytes what it shall fit into
   * @param largestBatch the largest batch that does
   */
  public record Memory(StepMemory step, long bytes, long limitBytes, long largestBatch) {}

  public DoctorReport {
    activations = List.copyOf(activations);
    weights = List.copyOf(weights);
    updates = List.copyOf(updates);
    findings = List.copyOf(findings);
  }
}
