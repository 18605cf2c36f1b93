package io.kitbag.bench.step;

/** Measures one configuration once. */
@FunctionalInterface
public interface StepRunner {

  /** Never throws because the configuration failed: the reply says so. */
  ChildReply run(ChildRequest request) throws InterruptedException;
}
