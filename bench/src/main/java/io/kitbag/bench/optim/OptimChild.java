package io.kitbag.bench.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.bench.child.ChildMain;
import io.kitbag.bench.optim.OptimMeasurement.Moved;
import io.kitbag.bench.step.Labels;
import io.kitbag.bench.step.PeakMemory;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.optim.Optimizer;
import io.kitbag.optim.ParameterGroups;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.precision.script.ScriptModule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The main class of a child JVM that measures Kitbag's or DJL's optimizer. */
public final class OptimChild {

  private static final String COPY =
      """
      def copy(self: __torch__.M, targets: List[Tensor], sources: List[Tensor]) -> int:
        for i in range(torch.len(targets)):
          _0 = torch.copy_(targets[i], sources[i])
        return 0
      """;

  private OptimChild() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    ChildMain.serve(
        OptimQuestion.class, question -> OptimReply.of(measure(question)), OptimReply::failed);
  }

  private static OptimMeasurement measure(OptimQuestion question) {
    boolean kitbag = question.program() == OptimProgram.KITBAG;
    if (kitbag) {
      TorchRuntime.tuneMalloc();
    }
    TorchRuntime.setThreads(question.threads());
    OptimWork work = OptimWork.of(question.model(), question.seed());
    OptimRule rule = Labels.parse(OptimRule.class, "rule", question.rule());
    try (NDManager manager = TorchRuntime.newManager(Device.cpu());
        ScriptModule script = ScriptModule.compile(manager, COPY)) {
      NDList weights = arrays(manager, work.weights());
      NDList fresh = arrays(manager, work.gradients());
      NDList gradients = arrays(manager, work.gradients());
      Runnable update =
          kitbag
              ? kitbag(manager, question, rule, work.parameters(), weights, gradients)
              : djl(rule, work.parameters(), weights, gradients);
      // A step may overwrite the gradients; they are put back outside of the time.
      Runnable restore = () -> script.run(manager, "copy", gradients, fresh).close();
      for (int i = 0; i < question.warmup(); i++) {
        restore.run();
        update.run();
      }
      List<Moved> moved = moved(work, weights);
      System.gc();
      List<Double> stepMs = new ArrayList<>();
      for (int i = 0; i < question.steps(); i++) {
        restore.run();
        long start = System.nanoTime();
        update.run();
        stepMs.add((System.nanoTime() - start) / 1e6);
      }
      return new OptimMeasurement(
          stepMs,
          moved,
          PeakMemory.ofThisProcess(),
          "DJL %s, PyTorch %s".formatted(TorchRuntime.djlVersion(), TorchRuntime.torchVersion()));
    }
  }

  private static Runnable kitbag(
      NDManager manager,
      OptimQuestion question,
      OptimRule rule,
      List<TensorSpec> parameters,
      NDList weights,
      NDList gradients) {
    Optimizer optimizer =
        rule.rule()
            .optimizer(
                manager, ParameterGroups.uniform(question.weightDecay()), parameters, weights);
    return () -> optimizer.step(gradients, question.learningRate());
  }

  private static Runnable djl(
      OptimRule rule, List<TensorSpec> parameters, NDList weights, NDList gradients) {
    ai.djl.training.optimizer.Optimizer optimizer =
        rule.djl().orElseThrow(() -> new IllegalArgumentException("DJL has no " + Labels.of(rule)));
    return () -> {
      for (int i = 0; i < weights.size(); i++) {
        optimizer.update(parameters.get(i).name(), weights.get(i), gradients.get(i));
      }
    };
  }

  private static NDList arrays(NDManager manager, List<HostTensor> tensors) {
    NDList arrays = new NDList();
    tensors.forEach(tensor -> arrays.add(tensor.toArray(manager)));
    return arrays;
  }

  private static List<Moved> moved(OptimWork work, NDList weights) {
    List<Moved> moved = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      NDArray weight = weights.get(i);
      float[] before = work.weights().get(i).toFloats();
      float[] after = weight.toFloatArray();
      double alternating = 0;
      double squares = 0;
      for (int j = 0; j < before.length; j++) {
        double way = (double) after[j] - before[j];
        alternating += j % 2 == 0 ? way : -way;
        squares += way * way;
      }
      moved.add(new Moved(work.parameters().get(i).name(), alternating, Math.sqrt(squares)));
    }
    return moved;
  }
}
