package io.kitbag.train.loop;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.augment.EpochBatches;
import io.kitbag.augment.ImageBatch;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.script.ScriptModule;
import io.kitbag.train.telemetry.Progress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Estimates running statistics anew, as the plain mean of the batches' statistics: what {@code
 * torch.optim.swa_utils.update_bn} does.
 *
 * <p>A forward pass leaves (1 − momentum)·old + momentum·batch in a buffer. With old set to zero
 * before, the sum over the passes is momentum times the sum of the batches' statistics.
 */
final class BatchStatistics {

  private static final String METHODS =
      """
      def zero(self: __torch__.M, buffers: List[Tensor]) -> int:
        torch._foreach_zero_(buffers)
        return 0
      def add(self: __torch__.M, sums: List[Tensor], buffers: List[Tensor]) -> int:
        torch._foreach_add_(sums, buffers)
        return 0
      def assign(self: __torch__.M, buffers: List[Tensor], sums: List[Tensor], weights: List[Tensor]) -> int:
        for i in range(torch.len(buffers)):
          _0 = torch.copy_(buffers[i], torch.div(sums[i], weights[i]))
        return 0
      """;

  private BatchStatistics() {}

  /**
   * Replaces all running statistics but those that are frozen.
   *
   * @param images one pass over the training images; the caller closes it
   * @return how many batches there were
   */
  static long estimate(CompiledNetwork network, EpochBatches images, Progress progress) {
    Map<String, Double> momenta = momenta(network.network());
    List<TensorSpec> tensors = network.network().tensors();
    NDList arrays = network.tensors();
    NDList buffers = new NDList();
    try (NDManager scope = network.manager().newSubManager();
        ScriptModule script = ScriptModule.compile(scope, METHODS)) {
      NDList sums = new NDList();
      NDList weights = new NDList();
      for (int i = 0; i < arrays.size(); i++) {
        if (momenta.containsKey(tensors.get(i).name())) {
          buffers.add(arrays.get(i));
          sums.add(scope.zeros(arrays.get(i).getShape()));
        }
      }
      if (buffers.isEmpty()) {
        return 0;
      }
      long batches = 0;
      while (images.hasNext()) {
        script.run(scope, "zero", buffers);
        try (NDManager ofBatch = scope.newSubManager();
            ImageBatch batch = images.next()) {
          network.observe(DeviceBatch.of(batch, ofBatch).imagesNchw());
        }
        script.run(scope, "add", sums, buffers);
        progress.advance(++batches, "");
      }
      for (TensorSpec tensor : tensors) {
        if (momenta.containsKey(tensor.name())) {
          weights.add(scope.create((float) (batches * momenta.get(tensor.name()))));
        }
      }
      script.run(scope, "assign", buffers, sums, weights);
      return batches;
    }
  }

  private static Map<String, Double> momenta(Network network) {
    Map<String, Double> momenta = new HashMap<>();
    for (Node node : network.nodes()) {
      if (node.op() instanceof BatchNorm norm && !norm.frozen()) {
        momenta.put(node.name() + ".running_mean", norm.momentum());
        momenta.put(node.name() + ".running_var", norm.momentum());
      }
    }
    return momenta;
  }
}
