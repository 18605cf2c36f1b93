package io.kitbag.precision.internal.archive;

import io.kitbag.models.weights.HostTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tensors by path as nested modules, one TorchScript class each: a state dict's names are paths of
 * attributes.
 */
public final class ModuleTree {

  private static final String IDENTIFIER = "[A-Za-z_]\\w*";

  private final String className;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, ModuleTree> children = new LinkedHashMap<>();

  record Tensor(HostTensor value, boolean parameter) {}

  /** An empty module whose class is {@code __torch__.<className>}. */
  public ModuleTree(String className) {
    this.className = className;
  }

  /** Adds a tensor at a path such as {@code layer1.0.conv1.weight}. */
  public void put(String path, HostTensor value, boolean parameter) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      tensors.put(path, new Tensor(value, parameter));
    } else {
      String child = path.substring(0, dot);
      children
          .computeIfAbsent(child, name -> new ModuleTree(className + "_" + name))
          .put(path.substring(dot + 1), value, parameter);
    }
  }

  /** The expression for a tensor inside a method of the outermost module. */
  public static String access(String path) {
    String expression = "self";
    for (String name : path.split("\\.")) {
      expression =
          name.matches(IDENTIFIER)
              ? expression + "." + name
              : "getattr(%s, \"%s\")".formatted(expression, name);
    }
    return expression;
  }

  String className() {
    return className;
  }

  Map<String, Tensor> tensors() {
    return tensors;
  }

  Map<String, ModuleTree> children() {
    return children;
  }

  /** All classes, this one last, with {@code methods} in it. */
  String code(String methods) {
    StringBuilder code = new StringBuilder();
    children.values().forEach(child -> code.append(child.code("")));
    code.append("class ").append(className).append("(Module):\n");
    code.append("  __parameters__ = [").append(names(true)).append("]\n");
    code.append("  __buffers__ = [").append(names(false)).append("]\n");
    tensors.keySet().forEach(name -> declare(code, name, "Tensor"));
    code.append("  training : bool\n");
    children.forEach((name, child) -> declare(code, name, "__torch__." + child.className));
    return code.append(methods.indent(2)).toString();
  }

  private String names(boolean parameters) {
    return tensors.entrySet().stream()
        .filter(tensor -> tensor.getValue().parameter() == parameters)
        .map(tensor -> "\"" + tensor.getKey() + "\", ")
        .collect(Collectors.joining());
  }

  private static void declare(StringBuilder code, String name, String type) {
    if (name.matches(IDENTIFIER)) {
      code.append("  %s : %s\n".formatted(name, type));
    } else {
      code.append("  __annotations__[\"%s\"] = %s\n".formatted(name, type));
    }
  }
}
