/**
 * What is trained: networks as data, the zoo, their initial values, and weights in and out.
 *
 * <p>Start with {@link io.kitbag.models.Network} and {@link io.kitbag.models.zoo.ResNet}.
 */
@org.jspecify.annotations.NullMarked
module io.kitbag.models {
  requires transitive ai.djl.api;
  requires com.google.gson;
  requires static transitive org.jspecify;

  exports io.kitbag.models;
  exports io.kitbag.models.init;
  exports io.kitbag.models.op;
  exports io.kitbag.models.weights;
  exports io.kitbag.models.zoo;
}
