package io.kitbag.models.internal.torchfile;

/** A class or function by name. It is compared with names we know and never looked up. */
record Global(String module, String name) {

  /** The names that tensors are pickled with; anything else is refused where it is mentioned. */
  boolean isKnown() {
    return switch (module) {
      case "collections" -> name.equals("OrderedDict");
      case "torch" -> name.equals("Size") || Storage.isClass(name);
      case "torch._utils" ->
          name.equals("_rebuild_tensor_v2")
              || name.equals("_rebuild_tensor")
              || name.equals("_rebuild_parameter");
      default -> false;
    };
  }

  @Override
  public String toString() {
    return module + "." + name;
  }
}
