package io.kitbag.micro;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.kitbag.models.Network;
import io.kitbag.models.NetworkBlock;
import io.kitbag.models.Node;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.precision.script.ScriptModule;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Calls into the engine with next to nothing to compute: a network of 1×1 convolutions on one
 * pixel. The difference between 65 and 1 of them, by 64, is what an operator costs beside its
 * arithmetic.
 */
public class Calls extends MeanTime {
  private static final int CHANNELS = 4;

  /** Convolutions. */
  @Param({"1", "65"})
  public int operators;

  private final NDManager manager = TorchRuntime.newManager(Device.cpu());
  private final ScriptModule script =
      ScriptModule.compile(
          manager,
          """
          def same(self: __torch__.M, x: Tensor) -> Tensor:
            return torch.neg(x)
          """);
  private final NDArray pixelNchw = manager.zeros(new Shape(1, 3, 1, 1), DataType.UINT8);
  private final NDArray inputNchw = manager.zeros(new Shape(1, 3, 1, 1));
  private final ParameterStore store = new ParameterStore(manager, false);
  private CompiledNetwork compiled;
  private NetworkBlock plain;

  /** Builds the network twice. */
  @Setup(Level.Trial)
  public void build() {
    TorchRuntime.setThreads(1);
    Network.Builder net = Network.builder("calls", 3);
    Node x = net.input();
    for (int i = 0; i < operators; i++) {
      x = net.add("conv" + i, Conv2d.of(i == 0 ? 3 : CHANNELS, CHANNELS, 1, 1), x);
    }
    net.add("fc", new Linear(CHANNELS, 2, true), net.add("pool", new GlobalAvgPool(), x));
    Network network = net.build();
    compiled = CompiledNetwork.of(network, Policy.fp32(), Device.cpu(), Normalization.imageNet());
    compiled.load(Init.XAVIER_UNIFORM.values(network, 0));
    plain = new NetworkBlock(network, Init.XAVIER_UNIFORM, 0);
    plain.initialize(manager, DataType.FLOAT32, inputNchw.getShape());
    plain.freezeParameters(true);
  }

  /** Frees native memory. */
  @TearDown(Level.Trial)
  public void close() {
    compiled.close();
    plain.clear();
    script.close();
    manager.close();
  }

  /** Kitbag's execution: one native call, whatever the network. */
  @Benchmark
  public void compiled() {
    compiled.predict(pixelNchw).close();
  }

  /** DJL's operators one by one. */
  @Benchmark
  public void plain() {
    try (NDManager scope = manager.newSubManager()) {
      NDArray image = inputNchw.duplicate();
      image.attach(scope);
      plain.forward(store, new NDList(image), false).close();
    }
  }

  /** A method of TorchScript with one operator; the number of convolutions does not matter. */
  @Benchmark
  public void script() {
    script.run(manager, "same", inputNchw).close();
  }
}
