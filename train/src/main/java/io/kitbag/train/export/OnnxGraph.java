package io.kitbag.train.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.export.ExportSettings;
import io.kitbag.precision.export.ImageInput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A network as an ONNX graph: nodes in order, each written by {@link OnnxOp}. */
final class OnnxGraph {

  private final Network network;
  private final ExportSettings settings;
  private final GraphProto.Builder graph;
  private final Map<Node, String> values = new HashMap<>();

  OnnxGraph(Network network, Map<String, HostTensor> tensors, ExportSettings settings) {
    this.network = network;
    this.settings = settings;
    this.graph = GraphProto.newBuilder().setName(network.name());
    tensors.forEach((name, value) -> graph.addInitializer(Onnx.tensor(name, value)));
  }

  GraphProto build(FeatureMap image) {
    Map<Node, FeatureMap> shapes = network.shapes(image);
    boolean bytes = settings.input() == ImageInput.UINT8;
    graph.addInput(
        Onnx.value(
            OnnxFile.INPUT,
            bytes ? TensorProto.DataType.UINT8 : TensorProto.DataType.FLOAT,
            settings.batch(),
            List.of(image.channels(), image.height(), image.width())));
    for (Node node : network.nodes()) {
      values.put(node, node.op().accept(new OnnxOp(this, node, shapes)));
    }
    add(Onnx.node("Identity", OnnxFile.OUTPUT, values.get(network.output())));
    graph.addOutput(
        Onnx.value(
            OnnxFile.OUTPUT,
            TensorProto.DataType.FLOAT,
            settings.batch(),
            List.of(shapes.get(network.output()).channels())));
    return graph.build();
  }

  /** The image as the network sees it. */
  String normalized() {
    String x = OnnxFile.INPUT;
    if (settings.input() == ImageInput.NORMALIZED) {
      return x;
    }
    if (settings.input() == ImageInput.UINT8) {
      x =
          add(
              Onnx.node("Cast", "normalization.pixels", x)
                  .addAttribute(Onnx.number("to", TensorProto.DataType.FLOAT.getNumber())));
    }
    Normalization normalization = settings.normalization();
    String mean = constant("normalization.mean", perChannel(normalization.mean()));
    String std = constant("normalization.std", perChannel(normalization.std()));
    String centred = add(Onnx.node("Sub", "normalization.centred", x, mean));
    return add(Onnx.node("Div", "normalization.scaled", centred, std));
  }

  private static HostTensor perChannel(List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return HostTensor.of(floats, 1, floats.length, 1, 1);
  }

  String value(Node node) {
    return values.get(node);
  }

  /** Adds a constant and returns its name. */
  String constant(String name, HostTensor value) {
    graph.addInitializer(Onnx.tensor(name, value));
    return name;
  }

  /** Adds a node with one output and returns the name of that. */
  String add(ai.onnx.proto.OnnxMl.NodeProto.Builder node) {
    graph.addNode(node);
    return node.getOutput(0);
  }
}
