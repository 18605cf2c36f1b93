/**
 * How networks compute: precision policies, the compiled execution, loss scaling, the numerics
 * guard.
 *
 * <p>Start with {@link io.kitbag.precision.CompiledNetwork} and {@link io.kitbag.precision.Policy}.
 * This is the only module that touches DJL's PyTorch engine, in one internal package.
 */
@org.jspecify.annotations.NullMarked
module io.kitbag.precision {
  requires transitive io.kitbag.models;
  requires ai.djl.pytorch_engine;
  requires com.google.gson;
  requires com.sun.jna;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.kitbag.precision;
  exports io.kitbag.precision.advice;
  exports io.kitbag.precision.export;
  exports io.kitbag.precision.format;
  exports io.kitbag.precision.script;
}
