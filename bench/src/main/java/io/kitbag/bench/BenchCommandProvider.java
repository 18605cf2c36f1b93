package io.kitbag.bench;

import io.kitbag.train.cli.CommandProvider;

/** Adds {@code bench} to the program. */
public final class BenchCommandProvider implements CommandProvider {

  /** For the service loader. */
  public BenchCommandProvider() {}

  @Override
  public Object command() {
    return new BenchCommand();
  }
}
