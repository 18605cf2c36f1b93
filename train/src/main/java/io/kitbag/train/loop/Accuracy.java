package io.kitbag.train.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.precision.script.ScriptModule;

/**
 * Counts how many images have their class first, or among the first five, and sums their plain
 * cross-entropy. The sums stay on the device until {@link #result}.
 */
final class Accuracy implements AutoCloseable {

  private static final String METHODS =
      """
      def count(self: __torch__.M, s: Tensor, z: Tensor, y: Tensor, k: int) -> int:
        best, classes = torch.topk(z, k, 1, True, True)
        hits = torch.eq(classes, torch.unsqueeze(y, 1))
        loss = torch.cross_entropy_loss(z, y, None, 2, -100, 0.)
        top1 = torch.sum(torch.select(hits, 1, 0))
        _0 = torch.add_(s, torch.stack([torch.to(top1, 7), torch.to(torch.sum(hits), 7), torch.to(loss, 7)]))
        return 0
      """;

  private static final int FIRST = 5;

  private final ScriptModule script;
  private final NDArray sums;
  private final NDManager manager;
  private long images;

  Accuracy(NDManager manager) {
    this.manager = manager;
    script = ScriptModule.compile(manager, METHODS);
    sums = manager.create(new double[3]);
  }

  /** Adds the images of a batch. */
  void add(NDArray logitsNk, NDArray labelsN) {
    long k = Math.min(FIRST, logitsNk.getShape().get(1));
    script.run(manager, "count", sums, logitsNk, labelsN, k).close();
    images += labelsN.size();
  }

  /** Shares of all images so far, and their mean loss; waits for the device. */
  EvalResult result() {
    double[] values = sums.toDoubleArray();
    return new EvalResult(values[0] / images, values[1] / images, values[2] / images, images);
  }

  @Override
  public void close() {
    new NDList(sums).close();
    script.close();
  }
}
