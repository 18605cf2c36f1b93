package io.kitbag.bench.step;

import io.kitbag.bench.child.ChildException;
import io.kitbag.bench.child.ChildProcess;
import io.kitbag.bench.child.JvmLaunch;
import java.time.Duration;

/** Measures Kitbag's and DJL's configurations, each in a JVM of its own. */
public final class ChildJvm implements StepRunner {

  private final ChildProcess child;

  /**
   * Children with the classes of this JVM.
   *
   * @param timeout after which a child is killed
   */
  public ChildJvm(Duration timeout) {
    child = JvmLaunch.likeThis().child(StepChild.class, timeout);
  }

  @Override
  public ChildReply run(ChildRequest request) throws InterruptedException {
    try {
      return child.with(request.spec().malloc().variables()).ask(request, ChildReply.class);
    } catch (ChildException e) {
      return ChildReply.failed(e.getMessage());
    }
  }
}
